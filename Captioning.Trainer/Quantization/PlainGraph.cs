using Captioning.Inference.Runtime;
using Captioning.Trainer.Encoders;
using Captioning.Trainer.Export;
using Microsoft.ML.OnnxRuntime;
using Onnx;

namespace Captioning.Trainer.Quantization;

/// <summary>
/// Prepares a graph for quantization: ONNX Runtime's basic optimizations compute what is constant (weights as float16 behind a Cast become float32 initializers) and make
/// batch normalizations and zero padding a part of the convolutions beside them, as the pre-processing of its own quantizer does.
/// </summary>
internal static class PlainGraph
{
    /// <summary>The first version of the operators whose QuantizeLinear knows channels.</summary>
    private const long LeastOpset = 13;

    /// <summary>Reads a graph and prepares it.</summary>
    /// <param name="file">The ONNX file.</param>
    /// <param name="sessions">Opens it.</param>
    /// <exception cref="ExportException">It cannot be quantized.</exception>
    /// <exception cref="Training.TrainingException">It is no ONNX file.</exception>
    public static ModelProto Read(byte[] file, SessionFactory sessions)
    {
        ModelProto original = EncoderGraph.Parse(file);
        if (original.Graph.Node.FirstOrDefault(node => node.OpType is "QuantizeLinear" or "DequantizeLinear" || node.OpType.StartsWith("QLinear", StringComparison.Ordinal)) is { } quantized)
        {
            throw new ExportException($"The encoder is quantized already: its node '{quantized.Name}' is a '{quantized.OpType}'.");
        }

        if (original.OpsetImport.FirstOrDefault(opset => opset.Domain is "" or "ai.onnx")?.Version is not >= LeastOpset and var version)
        {
            throw new ExportException($"The encoder cannot be quantized: its graph has the operators of version {version}; export it with opset {LeastOpset} or newer.");
        }

        ModelProto plain = Optimize(file, sessions);
        HashSet<string> used = [.. plain.Graph.Node.Select(node => node.Domain)];
        foreach (OperatorSetIdProto opset in plain.OpsetImport.Where(opset => opset.Domain is not ("" or "ai.onnx") && !used.Contains(opset.Domain)).ToArray())
        {
            plain.OpsetImport.Remove(opset);
        }

        return plain;
    }

    private static ModelProto Optimize(byte[] file, SessionFactory sessions)
    {
        // The runtime gives the optimized graph as a file alone.
        DirectoryInfo folder = Directory.CreateTempSubdirectory("captioning-quantize-");
        try
        {
            string path = Path.Combine(folder.FullName, "plain.onnx");
            sessions.Open(file, options =>
            {
                options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC;
                options.OptimizedModelFilePath = path;
            }).Dispose();
            return EncoderGraph.Parse(File.ReadAllBytes(path));
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExportException($"The encoder cannot be quantized: ONNX Runtime {SessionFactory.RuntimeVersion} cannot prepare it: {e.Message}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
