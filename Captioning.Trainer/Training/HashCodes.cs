namespace Captioning.Trainer.Training;

/// <summary>Mixes numbers to seeds, in the same way on every machine and in every run.</summary>
internal static class HashCodes
{
    /// <summary>A seed from two numbers.</summary>
    public static int Of(int a, int b) => (int)Mix(((ulong)(uint)a << 32) | (uint)b);

    // The finaliser of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
    private static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
