using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Captioning.Inference.Speech;

/// <summary>
/// The espeak-ng of this process. The library keeps one global state (voice, position in the text), so every use of it
/// goes through one lock, which is held for a whole text: its look-ahead carries over from one clause to the next.
/// </summary>
internal sealed unsafe class Espeak
{
    private const int SynchronousOutput = 2;
    private const int DoNotExitOnError = 0x8000;
    private const int CharsAuto = 0;
    private const int IpaPhonemes = 0x02;

    private static readonly Lock Gate = new();
    private static Espeak? _opened;
    private static nint _handle;

    static Espeak() => NativeLibrary.SetDllImportResolver(
        typeof(Espeak).Assembly, static (name, _, _) => name == EspeakNative.Library ? _handle : 0);

    private Espeak(string version, string dataPath, bool reportsTerminators)
    {
        Version = version;
        DataPath = dataPath;
        ReportsTerminators = reportsTerminators;
    }

    /// <summary>What the library is called on this platform, in the order of trial.</summary>
    public static IReadOnlyList<string> LibraryNames { get; } =
        OperatingSystem.IsWindows()
            ? ["libespeak-ng.dll", "espeak-ng.dll", Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "eSpeak NG", "libespeak-ng.dll")]
        : OperatingSystem.IsMacOS()
            ? ["libespeak-ng.1.dylib", "libespeak-ng.dylib", "/opt/homebrew/lib/libespeak-ng.dylib", "/usr/local/lib/libespeak-ng.dylib"]
        : ["libespeak-ng.so.1", "libespeak-ng.so"];

    public string Version { get; }

    public string DataPath { get; }

    /// <summary>Whether the library exports <c>espeak_TextToPhonemesWithTerminator</c>.</summary>
    public bool ReportsTerminators { get; }

    /// <summary>Loads and initialises the library; once that went well, the same one is returned for good.</summary>
    /// <exception cref="SpeechUnavailableException">The library or its data is missing.</exception>
    public static Espeak Open(IReadOnlyList<string> libraryNames)
    {
        lock (Gate)
        {
            if (_opened is not null && ReferenceEquals(libraryNames, LibraryNames))
            {
                return _opened;
            }

            nint handle = 0;
            if (!libraryNames.Any(name => NativeLibrary.TryLoad(name, out handle)))
            {
                throw new SpeechUnavailableException(
                    $"espeak-ng is not installed (looked for {string.Join(", ", libraryNames)}).", Installation("Install it"));
            }

            return _opened ??= Initialize(handle);
        }
    }

    /// <summary>Turns text into phonemes, every clause of it.</summary>
    /// <param name="voice">espeak-ng's name of the language, such as <c>en-us</c>.</param>
    /// <param name="text">Any text; control characters count as spaces.</param>
    /// <param name="addClause">Called with each clause: its phonemes (IPA, as espeak-ng gives them) and what ended it.</param>
    /// <returns>False where espeak-ng has no such voice.</returns>
    public bool TryPhonemize(string voice, string text, Action<string, ClauseTerminator> addClause)
    {
        byte[] name = Encoding.UTF8.GetBytes(voice + '\0');
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length) + 1);
        try
        {
            int length = Encoding.UTF8.GetBytes(text, buffer);
            BlankControlCharacters(buffer.AsSpan(0, length));
            buffer[length] = 0;
            lock (Gate)
            {
                fixed (byte* namePointer = name)
                fixed (byte* start = buffer)
                {
                    if (EspeakNative.SetVoiceByName(namePointer) != 0)
                    {
                        return false;
                    }

                    byte* next = start;
                    while (next is not null)
                    {
                        string phonemes = NextClause(start, length, ref next, out ClauseTerminator terminator);
                        addClause(phonemes, terminator);
                    }
                }
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Espeak Initialize(nint handle)
    {
        _handle = handle;
        if (EspeakNative.Initialize(SynchronousOutput, bufferMilliseconds: 0, dataPath: null, DoNotExitOnError) <= 0)
        {
            throw new SpeechUnavailableException(
                "espeak-ng is installed, but its data is not.",
                Installation("Name the data's folder in ESPEAK_DATA_PATH, or install espeak-ng again"));
        }

        string version = Text(EspeakNative.Info(out byte* dataPath));
        bool reportsTerminators = NativeLibrary.TryGetExport(handle, EspeakNative.TextToPhonemesWithTerminatorName, out _);
        return new Espeak(version, Text(dataPath), reportsTerminators);
    }

    private static string Installation(string lead) =>
        OperatingSystem.IsWindows() ? $"{lead}: winget install eSpeak-NG.eSpeak-NG"
        : OperatingSystem.IsMacOS() ? $"{lead}: brew install espeak-ng"
        : $"{lead}: apt-get install espeak-ng";

    private string NextClause(byte* start, int length, ref byte* next, out ClauseTerminator terminator)
    {
        if (ReportsTerminators)
        {
            string clause = Text(EspeakNative.TextToPhonemesWithTerminator(ref next, CharsAuto, IpaPhonemes, out int type));
            terminator = ClauseTerminator.FromClauseType(type);
            return clause;
        }

        string phonemes = Text(EspeakNative.TextToPhonemes(ref next, CharsAuto, IpaPhonemes));
        terminator = ClauseTerminator.FindBefore(new ReadOnlySpan<byte>(start, length), next is null ? -1 : (int)(next - start));
        return phonemes;
    }

    // A zero byte would end the text, and others (such as 0x01) are commands to espeak-ng.
    private static void BlankControlCharacters(Span<byte> utf8)
    {
        foreach (ref byte b in utf8)
        {
            if (b is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or 0x7F)
            {
                b = (byte)' ';
            }
        }
    }

    private static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? string.Empty;
}
