namespace Captioning.Trainer.Training;

/// <summary>How a model is trained. The defaults are those of the shipped recipe.</summary>
internal sealed record TrainingOptions
{
    /// <summary>The defaults for training a good model further on rewards: small steps, and as sure of its words as it likes to be.</summary>
    public static TrainingOptions SelfCritical { get; } = new()
    {
        LearningRate = 2e-5, LearningRateCourse = LearningRateCourse.Constant, WarmUpSteps = 50, LabelSmoothing = 0,
    };

    /// <summary>Numbers in the decoder's state.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>Heads of the attention.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>How captions are split into words.</summary>
    public CaptionWords Words { get; init; } = CaptionWords.Ptb;

    /// <summary>Words that the training captions have less often are unknown.</summary>
    public int MinCount { get; init; } = 5;

    /// <summary>Captions are cut to this many words.</summary>
    public int MaxWords { get; init; } = 20;

    /// <summary>Most epochs.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>Epochs without a better dev CIDEr after which training ends.</summary>
    public int Patience { get; init; } = 4;

    /// <summary>Images in a batch, each with all its captions.</summary>
    public int BatchSize { get; init; } = 32;

    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the learning rate goes on after it has risen; a cosine ends with the last epoch.</summary>
    public LearningRateCourse LearningRateCourse { get; init; } = LearningRateCourse.Cosine;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.98;

    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Steps over which the learning rate rises from 0.</summary>
    public int WarmUpSteps { get; init; } = 200;

    /// <summary>Gradients are cut to this norm.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Share that is dropped: of embeddings, projected regions and output (attention), of pooled vectors and embeddings (merge).</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>Share of each target that is spread over all tokens.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Weights are judged as their moving average with this decay per step; 0 takes them as they are.</summary>
    public double AverageDecay { get; init; }

    /// <summary>Whether the model is judged before the first step, too, and stays the best if no epoch makes it better.</summary>
    public bool JudgesStart { get; init; }

    /// <summary>Views of each training image, see <see cref="Features.ImageView.Series"/>; 1 is the whole photo alone.</summary>
    public int Views { get; init; } = 1;

    /// <summary>All chance comes from this number.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads of torch; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>The numbers that matrix products are computed in.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Steps from one checkpoint to the next; each epoch ends with one, too.</summary>
    public int CheckpointSteps { get; init; } = 100;

    /// <summary>Hypotheses per image when dev captions are made.</summary>
    public int Beam { get; init; } = 3;
}
