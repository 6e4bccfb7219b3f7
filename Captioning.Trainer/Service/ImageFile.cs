using Captioning.Trainer.Data;

namespace Captioning.Trainer.Service;

/// <summary>An image with its captions and the file that it is in.</summary>
internal sealed record ImageFile(DatasetImage Image, string Path);
