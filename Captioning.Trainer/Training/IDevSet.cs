using Captioning.Inference.Runtime;
using Captioning.Trainer.Evaluation;

namespace Captioning.Trainer.Training;

/// <summary>The images that a model is judged by.</summary>
internal interface IDevSet
{
    /// <summary>Captions the images with a bundle, by the very code that serves it, and scores the captions.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="sessions">Makes the sessions.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The scores, and the captions by image.</returns>
    public (CaptionScores Scores, IReadOnlyDictionary<string, string> Captions) Judge(string bundle, SessionFactory sessions, CancellationToken cancellationToken);
}
