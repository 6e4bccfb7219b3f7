using System.Buffers.Binary;

namespace Captioning.Worker.Tests.Broker;

/// <summary>Images of a few pixels, each different from all others.</summary>
internal static class SmallImages
{
    private const int Size = 8;
    private const int HeaderBytes = 54;

    /// <summary>A BMP whose pixels follow from a number.</summary>
    public static byte[] Bmp(int number)
    {
        byte[] file = new byte[HeaderBytes + (Size * Size * 3)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), Size);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), Size);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 24);
        new Random(number).NextBytes(file.AsSpan(HeaderBytes));
        return file;
    }

    /// <summary>The same as a <c>data:</c> URI.</summary>
    public static string Uri(int number) => $"data:image/bmp;base64,{Convert.ToBase64String(Bmp(number))}";
}
