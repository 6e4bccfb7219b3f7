using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Captioning.Inference.Speech;

/// <summary>The part of espeak-ng's C interface (<c>speak_lib.h</c>) that phonemization needs.</summary>
internal static unsafe partial class EspeakNative
{
    public const string Library = "espeak-ng";

    [LibraryImport(Library, EntryPoint = "espeak_Initialize")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int Initialize(int output, int bufferMilliseconds, byte* dataPath, int options);

    [LibraryImport(Library, EntryPoint = "espeak_Info")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial byte* Info(out byte* dataPath);

    [LibraryImport(Library, EntryPoint = "espeak_SetVoiceByName")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int SetVoiceByName(byte* name);

    [LibraryImport(Library, EntryPoint = "espeak_TextToPhonemes")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial byte* TextToPhonemes(ref byte* text, int textMode, int phonemeMode);

    [LibraryImport(Library, EntryPoint = TextToPhonemesWithTerminatorName)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial byte* TextToPhonemesWithTerminator(ref byte* text, int textMode, int phonemeMode, out int terminator);

    public const string TextToPhonemesWithTerminatorName = "espeak_TextToPhonemesWithTerminator";
}
