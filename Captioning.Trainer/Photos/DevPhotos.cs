using System.Runtime.ExceptionServices;
using Captioning.Inference;
using Captioning.Inference.Images;
using Captioning.Inference.Runtime;
using Captioning.Trainer.Data;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Training;

namespace Captioning.Trainer.Photos;

/// <summary>The images that a model is judged by whose encoder changes: they go through all of it each time.</summary>
/// <param name="images">The images with their captions.</param>
/// <param name="paths">Their files.</param>
internal sealed class DevPhotos(IReadOnlyList<DatasetImage> images, IReadOnlyList<string> paths) : IDevSet
{
    private const int BatchSize = 32;

    private readonly ImageDecoder _decoder = new();
    private readonly Dictionary<string, IReadOnlyList<string>> _references = images.ToDictionary(image => image.Name, image => image.Captions);

    /// <inheritdoc/>
    public (CaptionScores Scores, IReadOnlyDictionary<string, string> Captions) Judge(string bundle, SessionFactory sessions, CancellationToken cancellationToken)
    {
        using Captioner captioner = Captioner.Load(bundle, sessions);
        Dictionary<string, string> captions = [];
        CaptionOptions options = new();
        int[][] batches = [.. Enumerable.Range(0, images.Count).Chunk(BatchSize)];
        Task<ReadOnlyMemory<byte>[]> next = Decode(0);
        for (int b = 0; b < batches.Length; b++)
        {
            ReadOnlyMemory<byte>[] pixels = next.GetAwaiter().GetResult();
            next = Decode(b + 1);
            IReadOnlyList<IReadOnlyList<Caption>> found = captioner.Run(pixels, options, cancellationToken);
            for (int i = 0; i < pixels.Length; i++)
            {
                captions.Add(images[batches[b][i]].Name, string.Join(' ', found[i][0].Tokens.Select(token => token.Text)));
            }
        }

        return (CaptionEvaluation.Evaluate(_references, captions), captions);

        Task<ReadOnlyMemory<byte>[]> Decode(int batch) => Task.Run(
            () =>
            {
                ReadOnlyMemory<byte>[] pixels = new ReadOnlyMemory<byte>[batch < batches.Length ? batches[batch].Length : 0];
                try
                {
                    Parallel.For(0, pixels.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                    {
                        using DecodedImage photo = _decoder.Decode(ImageSource.FromFile(paths[batches[batch][i]]), captioner.InputSize, cancellationToken);
                        pixels[i] = photo.Pixels.ToArray();
                    });
                }
                catch (AggregateException e)
                {
                    ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
                }

                return pixels;
            },
            cancellationToken);
    }
}
