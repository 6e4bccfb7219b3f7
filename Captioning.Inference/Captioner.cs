using System.Collections.Concurrent;
using System.Diagnostics;
using Captioning.Inference.Decoding;
using Captioning.Inference.Models;
using Captioning.Inference.Runtime;
using Captioning.Inference.Telemetry;
using Microsoft.ML.OnnxRuntime;

namespace Captioning.Inference;

/// <summary>
/// A loaded model bundle: pixels in, captions out, a batch at a time. Safe for concurrent use; the same batch
/// gives the same captions.
/// </summary>
public sealed class Captioner : IDisposable
{
    private readonly ModelBundle _bundle;
    private readonly Encoder _encoder;
    private readonly Decoder _decoder;
    private readonly BeamSearch _search;
    private readonly ConcurrentBag<Buffers> _buffers = [];
    private readonly TimeProvider _time;
    private bool _warm;

    private Captioner(ModelBundle bundle, Encoder encoder, Decoder decoder, TimeProvider time)
    {
        _time = time;
        _bundle = bundle;
        _encoder = encoder;
        _decoder = decoder;
        _search = new BeamSearch(bundle.Vocabulary, bundle.Manifest.Beam);
    }

    /// <summary>What <c>model.json</c> says.</summary>
    public ModelManifest Manifest => _bundle.Manifest;

    /// <summary>Width and height of the images in pixels.</summary>
    public int InputSize => _encoder.InputSize;

    /// <summary>Reads a bundle, verifies it, opens its sessions and warms them up.</summary>
    /// <param name="directory">The bundle's folder.</param>
    /// <param name="sessions">Makes the sessions.</param>
    /// <param name="time">Measures encoder and decoder; the system's where null.</param>
    /// <exception cref="ModelLoadException">Something is wrong; the message lists every problem.</exception>
    public static Captioner Load(string directory, SessionFactory sessions, TimeProvider? time = null)
    {
        ModelBundle bundle = ModelBundle.Read(directory);
        Encoder encoder = Encoder.Open(bundle, sessions);
        Decoder? decoder = null;
        try
        {
            decoder = Decoder.Open(bundle, sessions);
            Captioner captioner = new(bundle, encoder, decoder, time ?? TimeProvider.System);
            captioner.WarmUp();
            return captioner;
        }
        catch (Exception e)
        {
            encoder.Dispose();
            decoder?.Dispose();
            if (e is ModelLoadException)
            {
                throw;
            }

            throw new ModelLoadException(directory, $"its graphs do not work together: {e.Message}", e);
        }
    }

    /// <summary>Captions a batch of images.</summary>
    /// <param name="images">RGB pixels of each image, uint8 [<see cref="InputSize"/>, <see cref="InputSize"/>, 3].</param>
    /// <param name="options">What is asked for, the same for all.</param>
    /// <param name="cancellationToken">Looked at between the steps of the decoder.</param>
    /// <returns>For each image its captions, the best first: as many as asked for, or all that the search found.</returns>
    /// <exception cref="ArgumentException">An image has another size.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<Caption>> Run(
        IReadOnlyList<ReadOnlyMemory<byte>> images, CaptionOptions options, CancellationToken cancellationToken = default)
    {
        if (images.Count == 0)
        {
            return [];
        }

        cancellationToken.ThrowIfCancellationRequested();
        Buffers buffers = Rent(images.Count);
        try
        {
            for (int i = 0; i < images.Count; i++)
            {
                if (images[i].Length != _encoder.ImageBytes)
                {
                    throw new ArgumentException($"Image {i} has {images[i].Length} bytes, not {InputSize} x {InputSize} x 3.", nameof(images));
                }

                images[i].CopyTo(buffers.Pixels.AsMemory(i * _encoder.ImageBytes));
            }

            Encode(buffers, images.Count);
            return Decode(buffers.Features, images.Count, options, cancellationToken);
        }
        finally
        {
            _buffers.Add(buffers);
        }
    }

    /// <summary>Captions features that the encoder gave earlier.</summary>
    /// <param name="features">The feature of the bundle's architecture, float32 [count, ...].</param>
    /// <param name="count">The number of images.</param>
    /// <param name="options">What is asked for, the same for all.</param>
    /// <param name="cancellationToken">Looked at between the steps of the decoder.</param>
    internal IReadOnlyList<IReadOnlyList<Caption>> Decode(Memory<float> features, int count, CaptionOptions options, CancellationToken cancellationToken)
    {
        using Activity? span = EngineTracing.Source.StartActivity("search");
        long start = _time.GetTimestamp();
        int beam = Math.Max(options.Beam ?? Manifest.Beam.Width, options.Candidates);
        bool attention = options.Attention && _decoder.Architecture.HasAttention;
        using OrtValue feature = _encoder.CreateFeature(count, _decoder.Architecture.Feature, features);
        using DecoderBatch batch = _decoder.Begin(feature, count, beam, attention);
        Hypothesis[][] hypotheses = _search.Run(batch, beam, attention ? _decoder.Regions : 0, cancellationToken);
        if (_warm)
        {
            EngineMetrics.RecordDecoder(_time.GetElapsedTime(start));
        }

        return Array.ConvertAll(hypotheses, h => (IReadOnlyList<Caption>)[.. h.Take(options.Candidates).Select(ToCaption)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private void Encode(Buffers buffers, int count)
    {
        using Activity? span = EngineTracing.Source.StartActivity("encode");
        long start = _time.GetTimestamp();
        _encoder.Run(buffers.Pixels, count, _decoder.Architecture.Feature, buffers.Features);
        if (_warm)
        {
            EngineMetrics.RecordEncoder(_time.GetElapsedTime(start));
        }
    }

    private Caption ToCaption(Hypothesis hypothesis)
    {
        CaptionToken[] tokens = new CaptionToken[hypothesis.Tokens.Length];
        FeatureManifest features = Manifest.Features;
        for (int t = 0; t < tokens.Length; t++)
        {
            AttentionMap? map = hypothesis.Attention.Length == 0
                ? null
                : new AttentionMap(features.GridRows, features.GridColumns, hypothesis.Attention.AsMemory(t * _decoder.Regions, _decoder.Regions));
            tokens[t] = new CaptionToken(_bundle.Vocabulary[hypothesis.Tokens[t]], hypothesis.TokenLogProbs[t], map);
        }

        return new Caption(Detokenizer.Join(tokens.Select(t => t.Text)), hypothesis.Score, hypothesis.LogProb, tokens);
    }

    /// <summary>
    /// Two images of noise-free grey, with all that may be asked for: the sessions allocate what they need, and a
    /// graph whose open sizes do not fit shows itself here and not at the first request.
    /// </summary>
    private void WarmUp()
    {
        byte[] grey = new byte[_encoder.ImageBytes];
        Array.Fill(grey, (byte)128);
        Run([grey, grey], new CaptionOptions { Attention = true });

        // The first run takes many times longer than all others, and would be all that the metrics show for a while.
        _warm = true;
    }

    private Buffers Rent(int images)
    {
        if (!_buffers.TryTake(out Buffers? buffers) || buffers.Images < images)
        {
            buffers = new Buffers(
                images, new byte[images * _encoder.ImageBytes], new float[images * _encoder.FeatureLength(_decoder.Architecture.Feature)]);
        }

        return buffers;
    }

    /// <summary>Kept from batch to batch; see <see cref="DecoderBuffers"/>.</summary>
    private sealed record Buffers(int Images, byte[] Pixels, float[] Features);
}
