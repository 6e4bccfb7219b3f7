using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Captioning.Trainer.Training;

/// <summary>Float32 tensors and words about them in one file of the safetensors format, which other tools read, too.</summary>
internal static class TensorFile
{
    private const string Metadata = "__metadata__";
    private const int MaxHeader = 100_000_000;

    /// <summary>Writes a file in one go: whoever reads it finds the old one or the new one, even after a crash.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, Tensor> tensors)
    {
        JsonObject header = new() { [Metadata] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) };
        long at = 0;
        foreach ((string name, Tensor tensor) in tensors)
        {
            long end = at + (tensor.numel() * sizeof(float));
            header[name] = new JsonObject
            {
                ["dtype"] = "F32", ["shape"] = new JsonArray([.. tensor.shape.Select(size => (JsonNode)size)]), ["data_offsets"] = new JsonArray(at, end),
            };
            at = end;
        }

        byte[] json = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        string unfinished = path + ".new";
        using (FileStream file = File.Create(unfinished))
        {
            file.Write(length);
            file.Write(json);
            foreach (Tensor tensor in tensors.Values)
            {
                using Tensor plain = tensor.cpu().contiguous();
                file.Write(plain.bytes);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Reads a file into tensors that are there already.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors, by name; each must be in the file with the same shape.</param>
    /// <returns>The words about them.</returns>
    /// <exception cref="InvalidDataException">This is no such file, or it has not those tensors.</exception>
    public static Dictionary<string, string> Read(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        try
        {
            file.ReadExactly(length);
            byte[] json = new byte[Math.Min(MaxHeader, BinaryPrimitives.ReadUInt64LittleEndian(length))];
            file.ReadExactly(json);
            JsonObject header = JsonNode.Parse(json)!.AsObject();
            long start = file.Position;
            foreach ((string name, Tensor tensor) in tensors)
            {
                JsonNode entry = header[name] ?? throw new InvalidDataException($"{path} has no tensor '{name}'.");
                if (!entry["shape"]!.AsArray().Select(size => size!.GetValue<long>()).SequenceEqual(tensor.shape))
                {
                    throw new InvalidDataException($"{path} has the tensor '{name}' in the shape {entry["shape"]!.ToJsonString()}, not [{string.Join(',', tensor.shape)}].");
                }

                file.Position = start + entry["data_offsets"]![0]!.GetValue<long>();
                using Tensor read = empty(tensor.shape, ScalarType.Float32);
                file.ReadExactly(read.bytes);
                tensor.copy_(read);
            }

            return header[Metadata]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>());
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new InvalidDataException($"{path} is no file of tensors, or is damaged.", e);
        }
    }
}
