using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Captioning.Worker.Sources;

/// <summary>What .NET's files lack on Linux. The constants are the same on x64 and Arm64.</summary>
[SupportedOSPlatform("linux")]
internal static class LinuxFile
{
    private const int OpenCloseOnExec = 0x80000;
    private const int OpenPath = 0x200000;
    private const int EmptyPath = 0x1000;
    private const uint StatxType = 1;
    private const ushort TypeMask = 0xF000;
    private const ushort Regular = 0x8000;

    private enum Error
    {
        OperationNotPermitted = 1,
        NoEntry = 2,
        AccessDenied = 13,
        NotADirectory = 20,
        NameTooLong = 36,
        TooManyLinks = 40,
    }

    /// <summary>Refers to a file without opening it, which does nothing to devices and pipes (open(2), O_PATH).</summary>
    public static SafeFileHandle Pin(string path)
    {
        SafeFileHandle pin = open(path, OpenPath | OpenCloseOnExec);
        if (pin.IsInvalid)
        {
            pin.Dispose();
            throw Failure(path);
        }

        return pin;
    }

    /// <summary>The link by which the kernel shows where a file is now, and by which the very same file can be opened (proc(5)).</summary>
    public static string LinkOf(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    /// <summary>Whether a file is neither folder, device, pipe nor socket.</summary>
    public static bool IsRegular(SafeFileHandle file)
    {
        if (statx(file, string.Empty, EmptyPath, StatxType, out Status status) != 0)
        {
            throw Failure(LinkOf(file));
        }

        return (status.Mode & TypeMask) == Regular;
    }

    /// <summary>Makes the names in a folder survive a power failure.</summary>
    public static void FlushFolder(string path)
    {
        using SafeFileHandle folder = open(path, OpenCloseOnExec);
        if (folder.IsInvalid)
        {
            throw Failure(path);
        }

        RandomAccess.FlushToDisk(folder);
    }

    private static Exception Failure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        string message = $"'{path}': {Marshal.GetPInvokeErrorMessage(error)}.";
        return (Error)error switch
        {
            Error.NoEntry or Error.NotADirectory or Error.NameTooLong or Error.TooManyLinks => new FileNotFoundException(message, path),
            Error.AccessDenied or Error.OperationNotPermitted => new UnauthorizedAccessException(message),
            _ => new IOException(message, new Win32Exception(error)),
        };
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(
        SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out Status status);

    /// <summary>The part of struct statx that is of interest; its layout is the same on every architecture (statx(2)).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;
    }
}
