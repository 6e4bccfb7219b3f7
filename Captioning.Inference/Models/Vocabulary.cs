using System.Text;

namespace Captioning.Inference.Models;

/// <summary>The tokens of a captioner and their ids.</summary>
public sealed class Vocabulary
{
    private readonly string[] _tokens;

    private Vocabulary(string[] tokens, int pad, int bos, int eos, int unk)
    {
        _tokens = tokens;
        Pad = pad;
        Bos = bos;
        Eos = eos;
        Unk = unk;
    }

    /// <summary>The number of tokens.</summary>
    public int Size => _tokens.Length;

    /// <summary>The id of the padding token.</summary>
    public int Pad { get; }

    /// <summary>The id of the token that begins a caption.</summary>
    public int Bos { get; }

    /// <summary>The id of the token that ends a caption.</summary>
    public int Eos { get; }

    /// <summary>The id of the token for unknown words.</summary>
    public int Unk { get; }

    /// <summary>The token of an id in [0, <see cref="Size"/>).</summary>
    public string this[int id] => _tokens[id];

    /// <summary>Reads a vocabulary file: one token a line.</summary>
    /// <param name="utf8">The file's bytes.</param>
    /// <param name="manifest">What the bundle says of it.</param>
    /// <param name="problems">Everything that is wrong with it is added here.</param>
    /// <returns>Null where there was a problem.</returns>
    internal static Vocabulary? Parse(ReadOnlySpan<byte> utf8, VocabularyManifest manifest, ICollection<string> problems)
    {
        int before = problems.Count;
        string[] tokens = Encoding.UTF8.GetString(utf8).TrimEnd('\n').Split('\n');
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = tokens[i].TrimEnd('\r');
        }

        if (tokens.Length != manifest.Size)
        {
            problems.Add($"{manifest.File} has {tokens.Length} tokens, not {manifest.Size}");
        }

        Dictionary<string, int> ids = new(tokens.Length, StringComparer.Ordinal);
        for (int i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Length == 0)
            {
                problems.Add($"{manifest.File} has no token in line {i + 1}");
            }
            else if (!ids.TryAdd(tokens[i], i))
            {
                problems.Add($"{manifest.File} has the token '{tokens[i]}' twice, in lines {ids[tokens[i]] + 1} and {i + 1}");
            }
        }

        int Special(string token, string role)
        {
            if (ids.TryGetValue(token, out int id))
            {
                return id;
            }

            problems.Add($"{manifest.File} lacks the {role} token '{token}'");
            return -1;
        }

        Vocabulary vocabulary = new(
            tokens, Special(manifest.Pad, "padding"), Special(manifest.Bos, "begin"), Special(manifest.Eos, "end"), Special(manifest.Unk, "unknown"));
        return problems.Count == before ? vocabulary : null;
    }
}
