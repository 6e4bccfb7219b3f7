namespace Captioning.Trainer.Training;

/// <summary>The loss of a step in numbers.</summary>
/// <param name="Loss">The mean loss of its tokens.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Rewarded">Captions that the model was rewarded for.</param>
/// <param name="RewardSum">The sum of their rewards.</param>
internal readonly record struct StepLoss(double Loss, long Tokens, int Rewarded = 0, double RewardSum = 0);
