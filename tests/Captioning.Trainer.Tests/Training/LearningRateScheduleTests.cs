using Captioning.Trainer.Training;

namespace Captioning.Trainer.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Rate_RisesThenFallsToNothing()
    {
        LearningRateSchedule rates = new(peak: 2, warmUpSteps: 4, totalSteps: 14, LearningRateCourse.Cosine);

        Assert.Equal(0.5, rates[0], 1e-12);
        Assert.Equal(2, rates[3], 1e-12);
        Assert.Equal(2, rates[4], 1e-12);
        Assert.Equal(1, rates[9], 1e-12);
        Assert.Equal(0, rates[14], 1e-12);
        Assert.True(Enumerable.Range(4, 9).All(step => rates[step] > rates[step + 1]));
    }

    [Fact]
    public void Rate_Constant_RisesAndStays()
    {
        LearningRateSchedule rates = new(peak: 2, warmUpSteps: 4, totalSteps: 14, LearningRateCourse.Constant);

        Assert.Equal(0.5, rates[0], 1e-12);
        Assert.All(Enumerable.Range(3, 11), step => Assert.Equal(2, rates[step], 1e-12));
    }
}
