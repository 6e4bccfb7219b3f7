using Captioning.Inference;
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

    private readonly Dictionary<string, IReadOnlyList<string>> _references = images.ToDictionary(image => image.Name, image => image.Captions);

    /// <inheritdoc/>
    public (CaptionScores Scores, IReadOnlyDictionary<string, string> Captions) Judge(string bundle, SessionFactory sessions, CancellationToken cancellationToken)
    {
        using Captioner captioner = Captioner.Load(bundle, sessions);
        Dictionary<string, string> captions = [];
        CaptionOptions options = new();
        int bytes = captioner.InputSize * captioner.InputSize * 3;
        foreach ((byte[] pixels, int count) in new SquashedPhotos(paths, captioner.InputSize, BatchSize).Read(cancellationToken))
        {
            ReadOnlyMemory<byte>[] photos = [.. Enumerable.Range(0, count).Select(i => new ReadOnlyMemory<byte>(pixels, i * bytes, bytes))];
            foreach (IReadOnlyList<Caption> found in captioner.Run(photos, options, cancellationToken))
            {
                captions.Add(images[captions.Count].Name, string.Join(' ', found[0].Tokens.Select(token => token.Text)));
            }
        }

        return (CaptionEvaluation.Evaluate(_references, captions), captions);
    }
}
