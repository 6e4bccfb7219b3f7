namespace Captioning.Trainer.Service;

/// <summary>The data that the model was trained on at first. It is mixed in, so that nothing is forgotten, and candidates are judged by a part of it.</summary>
internal sealed class BaseDataOptions
{
    /// <summary>The captions, in any format that <c>captioning-trainer train</c> reads. Required.</summary>
    public string Captions { get; set; } = string.Empty;

    /// <summary>The folder of the images. Required.</summary>
    public string Images { get; set; } = string.Empty;

    /// <summary>The images to learn from: a file with a name on each line, or a split that the captions know. Default <c>train</c>.</summary>
    public string Train { get; set; } = "train";

    /// <summary>The images to judge by: a file with a name on each line, or a split that the captions know. Default <c>val</c>.</summary>
    public string Dev { get; set; } = "val";

    /// <summary>The share of the images to learn from that a training mixes in, drawn anew for each, 0 to 1. Default 0.5.</summary>
    public double Share { get; set; } = 0.5;

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        if (!Path.Exists(Captions))
        {
            errors.Add($"{nameof(Captions)} is '{Captions}'; it must be captions that are there.");
        }

        if (!Directory.Exists(Images))
        {
            errors.Add($"{nameof(Images)} is '{Images}'; it must be a folder of images that is there.");
        }

        if (string.IsNullOrWhiteSpace(Train))
        {
            errors.Add($"{nameof(Train)} is empty; it must be a file of names or a split.");
        }

        if (string.IsNullOrWhiteSpace(Dev))
        {
            errors.Add($"{nameof(Dev)} is empty; it must be a file of names or a split.");
        }

        if (Share is not (>= 0 and <= 1))
        {
            errors.Add($"{nameof(Share)} is {Share}; it must be from 0 to 1.");
        }

        return errors;
    }
}
