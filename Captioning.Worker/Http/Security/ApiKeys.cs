using System.Security.Cryptography;
using System.Text;

namespace Captioning.Worker.Http.Security;

/// <summary>The keys of those who may use the API. Only their hashes are kept.</summary>
internal sealed class ApiKeys
{
    private readonly byte[][] _hashes;

    public ApiKeys(HttpOptions options) => _hashes = [.. options.ReadKeys().Select(Hash)];

    /// <summary>Whether a key is needed at all.</summary>
    public bool AreNeeded => _hashes.Length > 0;

    /// <summary>Which of the keys it is, in a time that tells nothing of the keys.</summary>
    /// <param name="key">What the client gives for a key.</param>
    /// <returns>The key's place among all, or -1.</returns>
    public int Find(string key)
    {
        byte[] hash = Hash(key);
        int found = -1;
        for (int i = 0; i < _hashes.Length; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, _hashes[i]))
            {
                found = i;
            }
        }

        return found;
    }

    // All hashes are of one length, so that nothing depends on the length of a key.
    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
