using System.Runtime.InteropServices;
using Captioning.Trainer.Training;
using Google.Protobuf;
using Onnx;
using static Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>Turns the tensors of an ONNX file into torch's and back.</summary>
internal static class OnnxTensors
{
    /// <summary>Torch's name of an element type.</summary>
    /// <exception cref="TrainingException">Torch has none.</exception>
    public static ScalarType ToTorch(DataType type) => type switch
    {
        DataType.Float => ScalarType.Float32,
        DataType.Float16 => ScalarType.Float16,
        DataType.Bfloat16 => ScalarType.BFloat16,
        DataType.Double => ScalarType.Float64,
        DataType.Int64 => ScalarType.Int64,
        DataType.Int32 => ScalarType.Int32,
        DataType.Int16 => ScalarType.Int16,
        DataType.Int8 => ScalarType.Int8,
        DataType.Uint8 => ScalarType.Byte,
        DataType.Bool => ScalarType.Bool,
        _ => throw new TrainingException($"The encoder cannot be trained: it has numbers of the type {type}."),
    };

    /// <summary>ONNX's name of the element type of a tensor that is written.</summary>
    private static DataType ToOnnx(ScalarType type) => type switch
    {
        ScalarType.Float16 => DataType.Float16,
        ScalarType.Float32 => DataType.Float,
        ScalarType.Int32 => DataType.Int32,
        ScalarType.Int8 => DataType.Int8,
        ScalarType.Byte => DataType.Uint8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no graph of ours has such numbers"),
    };

    /// <summary>A copy of a tensor, in its own type.</summary>
    /// <exception cref="TrainingException">Its data is damaged, or kept in another file.</exception>
    public static Tensor Read(TensorProto proto)
    {
        ScalarType type = ToTorch((DataType)proto.DataType);
        Tensor tensor = empty([.. proto.Dims], type);
        byte[] data = proto.RawData.IsEmpty ? Fields(proto, type) : proto.RawData.ToByteArray();
        if (data.Length != tensor.bytes.Length)
        {
            tensor.Dispose();
            string why = proto.ExternalData.Count > 0 ? "is kept in another file" : $"has {data.Length} bytes";
            throw new TrainingException($"The encoder cannot be trained: its tensor '{proto.Name}' of the shape [{string.Join(',', proto.Dims)}] {why}.");
        }

        data.CopyTo(tensor.bytes);
        return tensor;
    }

    /// <summary>Gives a tensor other numbers.</summary>
    /// <param name="proto">Is changed.</param>
    /// <param name="values">The numbers, in the type that the file is to have.</param>
    public static void Write(TensorProto proto, Tensor values)
    {
        using Tensor plain = values.detach().cpu().contiguous();
        proto.ClearData();
        proto.DataType = (int)ToOnnx(plain.dtype);
        proto.RawData = ByteString.CopyFrom(plain.bytes);
    }

    private static void ClearData(this TensorProto proto)
    {
        proto.FloatData.Clear();
        proto.Int32Data.Clear();
        proto.Int64Data.Clear();
        proto.DoubleData.Clear();
    }

    /// <summary>Small types share a field of int32, float16 as its bits.</summary>
    private static byte[] Fields(TensorProto proto, ScalarType type) => type switch
    {
        ScalarType.Float32 => MemoryMarshal.AsBytes([.. proto.FloatData]).ToArray(),
        ScalarType.Float64 => MemoryMarshal.AsBytes([.. proto.DoubleData]).ToArray(),
        ScalarType.Int64 => MemoryMarshal.AsBytes([.. proto.Int64Data]).ToArray(),
        ScalarType.Int32 => MemoryMarshal.AsBytes([.. proto.Int32Data]).ToArray(),
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => MemoryMarshal.AsBytes([.. proto.Int32Data.Select(value => (short)value)]).ToArray(),
        _ => [.. proto.Int32Data.Select(value => (byte)value)],
    };
}
