namespace Captioning.Trainer.Data;

/// <summary>Gathers captions by image, in the order in which the images are first named.</summary>
internal sealed class CaptionCollector(ProblemLog problems)
{
    private readonly Dictionary<string, List<string>> _captions = [];
    private readonly Dictionary<string, string?> _splits = [];

    /// <summary>Names an image, which may turn out to have no caption.</summary>
    /// <returns>False where it was named before.</returns>
    public bool AddImage(string image, string? split = null)
    {
        _splits[image] = split;
        return _captions.TryAdd(image, []);
    }

    public void AddCaption(string image, string? caption)
    {
        if (!_captions.TryGetValue(image, out List<string>? captions))
        {
            _captions[image] = captions = [];
        }

        if (string.IsNullOrWhiteSpace(caption))
        {
            problems.Add("captions without text", image);
        }
        else
        {
            captions.Add(caption.Trim());
        }
    }

    public List<DatasetImage> ToImages()
    {
        List<DatasetImage> images = new(_captions.Count);
        foreach ((string image, List<string> captions) in _captions)
        {
            if (captions.Count == 0)
            {
                problems.Add("images without captions", image);
            }
            else
            {
                images.Add(new DatasetImage(image, captions, _splits.GetValueOrDefault(image)));
            }
        }

        return images;
    }
}
