namespace Captioning.Trainer.Training;

/// <summary>How the learning rate goes on after it has risen.</summary>
internal enum LearningRateCourse
{
    /// <summary>It falls along half a cosine to 0.</summary>
    Cosine,

    /// <summary>It stays.</summary>
    Constant,
}
