using System.Buffers.Binary;

namespace Captioning.Trainer.Feedback;

/// <summary>What the feedback on an image is for. An image is for one thing for good, whatever is said of it.</summary>
internal static class FeedbackSplit
{
    /// <summary>To learn from.</summary>
    public const string Train = "train";

    /// <summary>To judge by.</summary>
    public const string HeldOut = "held-out";

    /// <summary>Draws the split of an image from its hash.</summary>
    /// <param name="sha256">The image's SHA-256.</param>
    /// <param name="heldOut">The share that is held out, 0 to 1.</param>
    public static string Of(ReadOnlySpan<byte> sha256, double heldOut) =>
        BinaryPrimitives.ReadUInt32BigEndian(sha256) < heldOut * ((double)uint.MaxValue + 1) ? HeldOut : Train;
}
