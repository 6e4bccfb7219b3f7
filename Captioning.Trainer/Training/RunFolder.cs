namespace Captioning.Trainer.Training;

/// <summary>The files of one training.</summary>
/// <param name="Path">Their folder.</param>
internal sealed record RunFolder(string Path)
{
    /// <summary>The best model so far: a bundle.</summary>
    public string Best => System.IO.Path.Combine(Path, "best");

    /// <summary>The model after the last epoch: a bundle.</summary>
    public string Last => System.IO.Path.Combine(Path, "last");

    /// <summary>The best model's weights, to train on from.</summary>
    public string BestWeights => System.IO.Path.Combine(Path, "best.safetensors");

    /// <summary>Everything that it takes to go on after a stop.</summary>
    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint.safetensors");

    /// <summary>A line of JSON for each epoch.</summary>
    public string Log => System.IO.Path.Combine(Path, "log.jsonl");

    /// <summary>The learning curves.</summary>
    public string Curves => System.IO.Path.Combine(Path, "curves.png");
}
