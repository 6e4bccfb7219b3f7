using Captioning.Contracts;
using Captioning.Worker.Sources;

namespace Captioning.Worker.Http.Feedback;

/// <summary>Takes feedback to where the trainer finds it.</summary>
internal interface IFeedbackStore
{
    /// <summary>Stores feedback for good: when it returns, neither the worker's end nor the broker's loses it.</summary>
    /// <param name="feedback">The feedback, but for its image.</param>
    /// <param name="image">The image.</param>
    /// <param name="properties">What is known of the image.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Requests.RequestFailedException">It cannot be stored at the moment.</exception>
    public Task StoreAsync(CaptionFeedback feedback, FetchedImage image, ImageProperties properties, CancellationToken cancellationToken);
}
