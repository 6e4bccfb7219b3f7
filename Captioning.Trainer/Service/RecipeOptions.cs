using Captioning.Trainer.Training;

namespace Captioning.Trainer.Service;

/// <summary>How the current model is trained further.</summary>
internal sealed class RecipeOptions
{
    private static readonly TrainingOptions Defaults = new();

    /// <summary>Epochs, from 1 to 1000. The best of them by CIDEr is the candidate. Default 4.</summary>
    public int Epochs { get; set; } = 4;

    /// <summary>The highest learning rate, above 0 and at most 1. Default 0.0003.</summary>
    public double LearningRate { get; set; } = 3e-4;

    /// <summary>
    /// Whether the encoder is trained together with the decoder, on photos that are changed a little. Takes several times as long on a CPU. Default false.
    /// </summary>
    public bool FineTuneEncoder { get; set; }

    /// <summary>The encoder's highest learning rate, above 0 and at most 1. Default 0.0001.</summary>
    public double EncoderLearningRate { get; set; } = new JointOptions().LearningRate;

    /// <summary>Images in a batch, each with all its captions, from 1 to 4096. Default 32.</summary>
    public int BatchSize { get; set; } = Defaults.BatchSize;

    /// <summary>The share of embeddings, projected regions and output that is dropped, from 0 to 0.99. Default 0.5.</summary>
    public double Dropout { get; set; } = Defaults.Dropout;

    /// <summary>The steps over which the learning rate rises, from 0 to 1,000,000; a fifth of all steps at most. Default 50.</summary>
    public int WarmUpSteps { get; set; } = 50;

    /// <summary>The steps from one checkpoint to the next, from 1 to 1,000,000. Default 50.</summary>
    public int CheckpointSteps { get; set; } = 50;

    /// <summary>Threads to compute with, from 0 to 256; 0 (the default) takes one per core.</summary>
    public int Threads { get; set; }

    /// <summary>Checks every setting and says what is wrong with each; empty where all is well.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        List<string> errors = [];
        Check(nameof(Epochs), Epochs, 1, 1000);
        Check(nameof(BatchSize), BatchSize, 1, 4096);
        Check(nameof(WarmUpSteps), WarmUpSteps, 0, 1_000_000);
        Check(nameof(CheckpointSteps), CheckpointSteps, 1, 1_000_000);
        Check(nameof(Threads), Threads, 0, 256);
        if (LearningRate is not (> 0 and <= 1))
        {
            errors.Add($"{nameof(LearningRate)} is {LearningRate}; it must be above 0 and at most 1.");
        }

        if (EncoderLearningRate is not (> 0 and <= 1))
        {
            errors.Add($"{nameof(EncoderLearningRate)} is {EncoderLearningRate}; it must be above 0 and at most 1.");
        }

        if (Dropout is not (>= 0 and <= 0.99))
        {
            errors.Add($"{nameof(Dropout)} is {Dropout}; it must be from 0 to 0.99.");
        }

        return errors;

        void Check(string name, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                errors.Add($"{name} is {value}; it must be from {least} to {most}.");
            }
        }
    }

    /// <summary>How the encoder is trained; null where it stays as it is.</summary>
    public JointOptions? ToJoint() => FineTuneEncoder ? new JointOptions { LearningRate = EncoderLearningRate } : null;

    /// <summary>The trainer's own settings.</summary>
    /// <param name="seed">All chance comes from this number.</param>
    /// <param name="maxWords">Captions are cut to so many words.</param>
    public TrainingOptions ToOptions(int seed, int maxWords) => new()
    {
        Epochs = Epochs,

        // A few epochs at a low rate: none is left out.
        Patience = Epochs,
        LearningRate = LearningRate,
        BatchSize = BatchSize,
        Dropout = Dropout,
        WarmUpSteps = WarmUpSteps,
        CheckpointSteps = CheckpointSteps,
        Threads = Threads,
        Seed = seed,
        MaxWords = maxWords,
    };
}
