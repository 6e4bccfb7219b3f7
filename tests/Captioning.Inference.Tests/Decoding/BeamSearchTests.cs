using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Inference.Tests.Models;

namespace Captioning.Inference.Tests.Decoding;

/// <summary>The batched search against a search that is written as plainly as possible, on models of which every number is known.</summary>
public sealed class BeamSearchTests
{
    private static readonly string[] Vocabulary = ["<pad>", "<bos>", "<eos>", "<unk>", "a", "b", "c", "d", "e"];

    [Theory]
    [InlineData("attention", 1, 3)]
    [InlineData("attention", 3, 3)]
    [InlineData("merge", 3, 3)]
    [InlineData("merge", 5, 0)]
    [InlineData("merge", 3, 1)]
    [InlineData("attention", 20, 2)]
    public void Run_BatchOfImages_FindsWhatAPlainSearchFinds(string architecture, int beam, int noRepeatNgram)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            BeamManifest settings = new() { Width = beam, MaxLength = 8, LengthPenalty = 0.7, NoRepeatNgram = noRepeatNgram };
            using TinyModel model = new(ModelArchitecture.Find(architecture)!, seed, settings);
            using Captioner captioner = Load(model);
            Random random = new(seed);
            byte[][] images = [.. Enumerable.Range(0, 6).Select(_ => TinyModel.Image((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)))];

            IReadOnlyList<IReadOnlyList<Caption>> found = captioner.Run(
                Array.ConvertAll(images, i => (ReadOnlyMemory<byte>)i), new CaptionOptions { Beam = beam, Candidates = beam });

            for (int i = 0; i < images.Length; i++)
            {
                List<Plain> expected = PlainSearch(model, images[i], settings);
                Assert.Equal(expected.Select(e => e.Text), found[i].Select(c => string.Join(' ', c.Tokens.Select(t => t.Text))));
                Assert.All(expected.Zip(found[i]), pair =>
                {
                    Assert.Equal(pair.First.Sum, pair.Second.LogProbability, 1e-4);
                    Assert.Equal(pair.First.Score(settings), pair.Second.Score, 1e-4);
                });
            }
        }
    }

    [Fact]
    public void Run_SameImageAloneAndInABatch_GivesTheSameCaption()
    {
        using TinyModel model = new(ModelArchitecture.Attention);
        using Captioner captioner = Load(model);
        ReadOnlyMemory<byte>[] images = [.. Enumerable.Range(0, 17).Select(i => (ReadOnlyMemory<byte>)TinyModel.Image((byte)(i * 15), 0, 200))];

        IReadOnlyList<IReadOnlyList<Caption>> together = captioner.Run(images, CaptionOptions.Default);

        for (int i = 0; i < images.Length; i++)
        {
            Assert.Equal(captioner.Run([images[i]], CaptionOptions.Default)[0][0].Text, together[i][0].Text);
        }
    }

    [Fact]
    public void Run_AttentionAsked_GivesTheMapOfEachToken()
    {
        using TinyModel model = new(ModelArchitecture.Attention);
        using Captioner captioner = Load(model);
        byte[] image = new byte[TinyModel.Size * TinyModel.Size * 3];
        new Random(3).NextBytes(image);

        Caption caption = captioner.Run([image, TinyModel.Image(1, 2, 3)], new CaptionOptions { Attention = true, Beam = 5 })[0][0];

        int last = 1;
        foreach (CaptionToken token in caption.Tokens)
        {
            double[] scores = [.. image.Chunk(3).Select(p => Math.Exp(p.Average(c => c) * 0.01 * last))];
            Assert.NotNull(token.Attention);
            Assert.Equal((TinyModel.Size, TinyModel.Size), (token.Attention.Rows, token.Attention.Columns));
            Assert.All(scores.Zip(token.Attention.Weights.ToArray()), pair => Assert.Equal(pair.First / scores.Sum(), pair.Second, 1e-4));
            last = Array.IndexOf(Vocabulary, token.Text);
        }
    }

    [Fact]
    public void Run_AttentionNotAskedOrNotThere_GivesNone()
    {
        using TinyModel attention = new(ModelArchitecture.Attention);
        using TinyModel merge = new(ModelArchitecture.Merge);
        using Captioner first = Load(attention);
        using Captioner second = Load(merge);

        Assert.All(first.Run([TinyModel.Image(9, 9, 9)], CaptionOptions.Default)[0][0].Tokens, t => Assert.Null(t.Attention));
        Assert.All(second.Run([TinyModel.Image(9, 9, 9)], new CaptionOptions { Attention = true })[0][0].Tokens, t => Assert.Null(t.Attention));
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        using Captioner captioner = Load(model);

        Assert.Throws<OperationCanceledException>(
            () => captioner.Run([TinyModel.Image(0, 0, 0)], CaptionOptions.Default, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Run_ImageOfAnotherSize_IsRefused()
    {
        using TinyModel model = new(ModelArchitecture.Merge);
        using Captioner captioner = Load(model);

        ArgumentException e = Assert.Throws<ArgumentException>(() => captioner.Run([new byte[12]], CaptionOptions.Default));
        Assert.Contains("12 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ManyThreads_GiveTheSameCaptions()
    {
        using TinyModel model = new(ModelArchitecture.Attention);
        using Captioner captioner = Load(model);
        ReadOnlyMemory<byte>[][] batches = [.. Enumerable.Range(1, 9).Select(n => Enumerable.Range(0, n).Select(i => (ReadOnlyMemory<byte>)TinyModel.Image((byte)(i * 25), (byte)n, 100)).ToArray())];
        string[][] expected = Array.ConvertAll(batches, b => captioner.Run(b, CaptionOptions.Default).Select(c => c[0].Text).ToArray());

        Parallel.For(0, 90, n => Assert.Equal(
            expected[n % 9], captioner.Run(batches[n % 9], CaptionOptions.Default).Select(c => c[0].Text)));
    }

    private static Captioner Load(TinyModel model) => Captioner.Load(model.Folder, SessionFactory.Create(Device.Cpu, threads: 1));

    private static List<Plain> PlainSearch(TinyModel model, byte[] image, BeamManifest settings)
    {
        List<Plain> beams = [new([], 0, false)];
        for (int step = 0; step < settings.MaxLength && beams.Exists(b => !b.Ended); step++)
        {
            beams =
            [
                .. beams.SelectMany(b => b.Ended ? [b] : Continue(b, model.LogProbs([1, .. b.Tokens], image), settings))
                    .OrderByDescending(b => b.Sum)
                    .Take(settings.Width),
            ];
        }

        return [.. beams.OrderByDescending(b => b.Score(settings))];
    }

    private static IEnumerable<Plain> Continue(Plain beam, float[] logProbs, BeamManifest settings)
    {
        for (int token = 0; token < TinyModel.Words; token++)
        {
            if (token is 0 or 1 or 3 || (token == 2 && beam.Tokens.Length == 0))
            {
                continue;
            }

            int[] tokens = [.. beam.Tokens, token];
            if (token == 2)
            {
                yield return new Plain(beam.Tokens, beam.Sum + logProbs[token], true);
            }
            else if (!RepeatsNgram(tokens, settings.NoRepeatNgram))
            {
                yield return new Plain(tokens, beam.Sum + logProbs[token], false);
            }
        }
    }

    private static bool RepeatsNgram(int[] tokens, int n)
    {
        string[] ngrams = [.. Enumerable.Range(0, n == 0 ? 0 : Math.Max(0, tokens.Length - n + 1)).Select(i => string.Join(' ', tokens[i..(i + n)]))];
        return ngrams.Distinct(StringComparer.Ordinal).Count() != ngrams.Length;
    }

    private sealed record Plain(int[] Tokens, float Sum, bool Ended)
    {
        public string Text => string.Join(' ', Tokens.Select(t => Vocabulary[t]));

        public double Score(BeamManifest settings) => Sum / Math.Pow(Tokens.Length + (Ended ? 1 : 0), settings.LengthPenalty);
    }
}
