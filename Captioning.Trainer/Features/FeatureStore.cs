using System.Buffers.Binary;
using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Captioning.Trainer.Features;

/// <summary>
/// Features of images on disk as float16, found by a key of image and view. There are two files: records of one size, and an index
/// that says what each is, with its checksum. Both only grow; what a killed process left behind without its entry is
/// overwritten, and what does not fit its checksum is as good as missing.
/// </summary>
/// <remarks>One process at a time may add: the index is locked from <see cref="Open"/> to <see cref="Unlock"/>. Reading is safe for concurrent use, adding is not.</remarks>
internal sealed unsafe class FeatureStore : IDisposable
{
    private const string Records = "features.f16";
    private const string Index = "features.index";
    private const int EntryLength = 24; // Key, checksum.

    // What an IOException's HResult is where another process has locked a file: on Linux, on macOS and on Windows.
    private const int LockedOnLinux = 11;
    private const int LockedOnMacOS = 35;
    private const int LockedOnWindows = unchecked((int)0x80070020);

    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _index;
    private readonly SafeFileHandle _records;
    private readonly Dictionary<UInt128, int> _places = [];
    private readonly List<ulong> _checksums = [];
    private MemoryMappedFile? _map;
    private MemoryMappedViewAccessor? _view;
    private byte* _mapped;
    private int _mappedCount;

    private FeatureStore(FileStream index, SafeFileHandle records, int length)
    {
        _index = index;
        _records = records;
        Length = length;
    }

    /// <summary>Numbers in a record.</summary>
    public int Length { get; }

    /// <summary>Records, damaged ones included.</summary>
    public int Count => _checksums.Count;

    private long RecordBytes => (long)Length * sizeof(ushort);

    /// <summary>Opens or creates a store. While another process adds to it, waits: what that one adds is there then.</summary>
    /// <param name="folder">Its folder: one for each encoder and kind of feature.</param>
    /// <param name="length">Numbers in a record.</param>
    /// <param name="waiting">Is told once where there is something to wait for.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="FeatureException">The store cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static FeatureStore Open(string folder, int length, Action waiting, CancellationToken cancellationToken)
    {
        FileStream? index = null;
        SafeFileHandle? records = null;
        try
        {
            Directory.CreateDirectory(folder);
            index = Lock(Path.Combine(folder, Index), waiting, cancellationToken);
            records = File.OpenHandle(Path.Combine(folder, Records), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            FeatureStore store = new(index, records, length);
            store.ReadIndex();
            return store;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            index?.Dispose();
            records?.Dispose();
            throw new FeatureException($"The features in {folder} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>The number of the record of a key, or -1.</summary>
    public int Find(UInt128 key) => _places.GetValueOrDefault(key, -1);

    /// <summary>A record, as float16.</summary>
    /// <param name="record">Its number, from <see cref="Find"/>.</param>
    public ReadOnlySpan<Half> this[int record]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(record);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(record, _mappedCount);
            return new ReadOnlySpan<Half>(_mapped + (record * RecordBytes), Length);
        }
    }

    /// <summary>Maps all records that there are now, for reading.</summary>
    public void Map()
    {
        Unmap();
        if (Count > 0)
        {
            _map = MemoryMappedFile.CreateFromFile(_records, null, Count * RecordBytes, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _map.CreateViewAccessor(0, Count * RecordBytes, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _mapped);
            _mappedCount = Count;
        }
    }

    /// <summary>Compares a record with its checksum; one that is damaged is not found any more.</summary>
    /// <returns>False where it is damaged.</returns>
    public bool Verify(UInt128 key)
    {
        int place = _places[key];
        if (XxHash3.HashToUInt64(System.Runtime.InteropServices.MemoryMarshal.AsBytes(this[place])) == _checksums[place])
        {
            return true;
        }

        _places.Remove(key);
        return false;
    }

    /// <summary>Adds records.</summary>
    /// <param name="keys">Their keys.</param>
    /// <param name="features">Their numbers, one record after the other.</param>
    /// <exception cref="FeatureException">The disk is full or fails.</exception>
    public void Add(ReadOnlySpan<UInt128> keys, ReadOnlySpan<Half> features)
    {
        ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(features);
        byte[] entries = new byte[keys.Length * EntryLength];
        for (int i = 0; i < keys.Length; i++)
        {
            ulong checksum = XxHash3.HashToUInt64(bytes.Slice((int)(i * RecordBytes), (int)RecordBytes));
            BinaryPrimitives.WriteUInt128LittleEndian(entries.AsSpan(i * EntryLength), keys[i]);
            BinaryPrimitives.WriteUInt64LittleEndian(entries.AsSpan((i * EntryLength) + 16), checksum);
        }

        try
        {
            RandomAccess.Write(_records, bytes, Count * RecordBytes);
            _index.Position = (long)Count * EntryLength;
            _index.Write(entries);
            _index.Flush();
        }
        catch (IOException e)
        {
            throw new FeatureException($"The features cannot be written to {_index.Name}: {e.Message}", e);
        }

        Read(entries);
    }

    /// <summary>Lets other processes add. This one adds no more, and reads what it has mapped.</summary>
    public void Unlock() => _index.Dispose();

    public void Dispose()
    {
        Unmap();
        _records.Dispose();
        _index.Dispose();
    }

    private static FileStream Lock(string path, Action waiting, CancellationToken cancellationToken)
    {
        for (bool isTold = false; ; isTold = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.HResult is LockedOnLinux or LockedOnMacOS or LockedOnWindows)
            {
                if (!isTold)
                {
                    waiting();
                }

                _ = cancellationToken.WaitHandle.WaitOne(LockInterval);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private void ReadIndex()
    {
        long count = Math.Min(_index.Length / EntryLength, RandomAccess.GetLength(_records) / RecordBytes);
        byte[] entries = new byte[count * EntryLength];
        _index.ReadExactly(entries);
        _index.SetLength(entries.Length);
        Read(entries);
    }

    private void Read(ReadOnlySpan<byte> entries)
    {
        for (; entries.Length > 0; entries = entries[EntryLength..])
        {
            _places[BinaryPrimitives.ReadUInt128LittleEndian(entries)] = Count;
            _checksums.Add(BinaryPrimitives.ReadUInt64LittleEndian(entries[16..]));
        }
    }

    private void Unmap()
    {
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _map?.Dispose();
            (_view, _map, _mappedCount) = (null, null, 0);
            _mapped = null;
        }
    }
}
