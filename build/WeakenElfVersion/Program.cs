using WeakenElfVersion;

// LibTorchSharp is linked against libstdc++ of gcc 13 and so asks for GLIBCXX_3.4.32, which older systems (Debian 12) lack. All that it
// takes from that version is a marker that is never called, so the demand may be weak: the loader then goes on without it.
const string Version = "GLIBCXX_3.4.32";
const string Marker = "_ZSt21ios_base_library_initv";

if (args is not [string source, string target])
{
    Console.Error.WriteLine("usage: WeakenElfVersion <library> <copy>");
    return 2;
}

try
{
    byte[] library = File.ReadAllBytes(source);
    if (!SystemLibrary.Defines("libstdc++.so.6", Version))
    {
        VersionNeeds.Read(library).Weaken(Version, Marker);
    }

    // Another link to the same file may be in use: it keeps what it has.
    File.Delete(target);
    File.WriteAllBytes(target, library);
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException)
{
    Console.Error.WriteLine($"WeakenElfVersion : error : {source}: {e.Message}");
    return 1;
}
