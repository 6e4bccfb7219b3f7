namespace Captioning.Trainer.Training;

/// <summary>A learning rate that rises in a line, and then stays or falls along half a cosine to 0 (Loshchilov and Hutter 2017, "SGDR").</summary>
/// <param name="peak">The highest rate.</param>
/// <param name="warmUpSteps">Steps of the rise.</param>
/// <param name="totalSteps">Steps of all.</param>
/// <param name="course">How it goes on after the rise.</param>
internal sealed class LearningRateSchedule(double peak, int warmUpSteps, int totalSteps, LearningRateCourse course)
{
    /// <summary>The rate of a step, which is counted from 0.</summary>
    public double this[int step] => step < warmUpSteps
        ? peak * (step + 1) / warmUpSteps
        : course == LearningRateCourse.Constant
            ? peak
            : peak * (1 + Math.Cos(Math.PI * (step - warmUpSteps) / Math.Max(1, totalSteps - warmUpSteps))) / 2;
}
