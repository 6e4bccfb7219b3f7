using Captioning.Contracts;

namespace Captioning.Worker.Inputs;

/// <summary>Why an argument stands for no image.</summary>
internal sealed record InputProblem(FailureReason Reason, string Message);
