using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Captioning.Trainer.Encoders;

/// <summary>Pictures whose channels lie side by side in memory, as convolutions of single pixels and of single channels go through them the fastest.</summary>
internal static unsafe class ChannelsLast
{
    /// <summary>Takes a picture as it lies in memory; where it lies otherwise it is copied.</summary>
    /// <param name="pictures">[n, c, rows, columns].</param>
    /// <returns>Contiguous [n, rows, columns, c].</returns>
    public static Tensor From(Tensor pictures) => pictures.permute(0, 2, 3, 1).contiguous();

    /// <summary>The other way round, without a copy.</summary>
    /// <param name="pictures">[n, rows, columns, c].</param>
    /// <returns>[n, c, rows, columns].</returns>
    public static Tensor To(Tensor pictures) => pictures.permute(0, 3, 1, 2);

    /// <summary>Makes room for pictures, which is no view of another tensor: torch lets no view that a function of ours returns be written over.</summary>
    /// <returns>Float32 [n, c, rows, columns].</returns>
    public static Tensor Empty(long n, long channels, long rows, long columns) => empty_strided([n, channels, rows, columns], [rows * columns * channels, 1, columns * channels, channels]);

    /// <summary>Where the numbers of a contiguous tensor on the CPU begin.</summary>
    public static void* Pointer(Tensor tensor) => Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
