using System.Buffers.Binary;
using System.Text;

namespace WeakenElfVersion;

/// <summary>
/// The symbol versions that a 64-bit little-endian ELF library asks of others. The format is that of the Linux Standard Base Core
/// Specification 5.0, "Symbol Versioning".
/// </summary>
internal sealed class VersionNeeds
{
    private const ushort Strong = 0;
    private const ushort Weak = 2; // VER_FLG_WEAK
    private const uint DynamicSymbols = 11;
    private const uint NeededVersions = 0x6ffffffe;
    private const uint SymbolVersions = 0x6fffffff;
    private const int SymbolSize = 24;

    private readonly byte[] _file;
    private readonly Dictionary<uint, Section> _sections = [];
    private readonly Dictionary<string, int> _needs = [];

    private VersionNeeds(byte[] file)
    {
        _file = file;
    }

    /// <summary>Reads the versions that a library asks for.</summary>
    /// <param name="file">The library; <see cref="Weaken"/> changes it in place.</param>
    /// <exception cref="InvalidDataException">This is no 64-bit little-endian ELF library with symbol versions.</exception>
    public static VersionNeeds Read(byte[] file)
    {
        if (!file.AsSpan().StartsWith("\x7f"u8) || !file.AsSpan(1).StartsWith("ELF"u8) || file[4] != 2 || file[5] != 1)
        {
            throw new InvalidDataException("this is no 64-bit little-endian ELF file.");
        }

        try
        {
            VersionNeeds needs = new(file);
            needs.ReadSections();
            needs.ReadNeeds();
            return needs;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or KeyNotFoundException or OverflowException)
        {
            throw new InvalidDataException("this ELF file is damaged or has no symbol versions.", e);
        }
    }

    /// <summary>True where the library does without a version that it asks for.</summary>
    public bool IsWeak(string version) => UInt16(_needs[version] + 4) == Weak;

    /// <summary>Lets the loader go on where a version is missing.</summary>
    /// <param name="version">The version; nothing happens where the library does not ask for it.</param>
    /// <param name="marker">The one symbol that may depend on it.</param>
    /// <exception cref="InvalidOperationException">The library takes another symbol of that version, and would crash without it.</exception>
    public void Weaken(string version, string marker)
    {
        if (!_needs.TryGetValue(version, out int need))
        {
            return;
        }

        string[] others = [.. SymbolsOf(UInt16(need + 6)).Where(symbol => symbol != marker)];
        if (others.Length > 0)
        {
            throw new InvalidOperationException($"it needs {version} for {string.Join(", ", others.Take(3))}.");
        }

        BinaryPrimitives.WriteUInt16LittleEndian(_file.AsSpan(need + 4), Weak);
    }

    /// <summary>Takes back what <see cref="Weaken"/> did.</summary>
    public void Insist(string version) => BinaryPrimitives.WriteUInt16LittleEndian(_file.AsSpan(_needs[version] + 4), Strong);

    private void ReadSections()
    {
        int at = Offset(0x28);
        int size = UInt16(0x3a);
        int count = UInt16(0x3c);
        List<Section> all = [];
        for (int i = 0; i < count; i++, at += size)
        {
            all.Add(new Section(Offset(at + 0x18), Offset(at + 0x20), (int)UInt32(at + 0x28)));
            _sections[UInt32(at + 4)] = all[^1];
        }

        foreach (uint type in new[] { NeededVersions, DynamicSymbols })
        {
            _sections[type] = _sections[type] with { Strings = all[_sections[type].Strings].Offset };
        }
    }

    private void ReadNeeds()
    {
        Section section = _sections[NeededVersions];
        for (int library = section.Offset, next = -1; next != 0; library += next)
        {
            int need = library + (int)UInt32(library + 8);
            for (int i = 0; i < UInt16(library + 2); i++)
            {
                _needs.TryAdd(Text(section.Strings + (int)UInt32(need + 8)), need);
                need += (int)UInt32(need + 12);
            }

            next = (int)UInt32(library + 12);
        }
    }

    private IEnumerable<string> SymbolsOf(int version)
    {
        Section symbols = _sections[DynamicSymbols];
        int versions = _sections[SymbolVersions].Offset;
        for (int i = 0; i < symbols.Length / SymbolSize; i++)
        {
            if (UInt16(versions + (2 * i)) == version)
            {
                yield return Text(symbols.Strings + (int)UInt32(symbols.Offset + (i * SymbolSize)));
            }
        }
    }

    private ushort UInt16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_file.AsSpan(at));

    private uint UInt32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(at));

    private int Offset(int at) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(_file.AsSpan(at)));

    private string Text(int at) => Encoding.ASCII.GetString(_file.AsSpan(at, _file.AsSpan(at).IndexOf((byte)0)));

    /// <param name="Offset">Where it begins in the file.</param>
    /// <param name="Length">Bytes.</param>
    /// <param name="Strings">Number of the section with its strings, then that section's offset.</param>
    private readonly record struct Section(int Offset, int Length, int Strings);
}
