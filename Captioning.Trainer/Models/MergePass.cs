using static TorchSharp.torch;
using M = Captioning.Trainer.Models.MergeModel;

namespace Captioning.Trainer.Models;

/// <summary>A pass through a <see cref="MergeModel"/>. It drops a share of pooled vectors and embeddings.</summary>
/// <param name="model">The decoder.</param>
/// <param name="products">The type of the matrix products; states and logits are float32.</param>
/// <param name="dropout">The share that is dropped.</param>
/// <remarks>Shapes: n images, d numbers of state.</remarks>
internal sealed class MergePass(MergeModel model, ScalarType products, double dropout) : DecoderPass(dropout)
{
    private readonly ProductWeights _weights = new(model.Weights, products);

    /// <summary>Memory: the projected <c>image</c> [n, d]. State: <c>h</c> and <c>c</c> [n, d], zeros.</summary>
    public override (TensorSet Memory, TensorSet State) Begin(Tensor features)
    {
        Tensor image = _weights.Linear(Drop(_weights.Convert(features)), M.Image, M.ImageBias).relu().to_type(ScalarType.Float32);
        return (new TensorSet(("image", image)), new TensorSet(("h", zeros_like(image)), ("c", zeros_like(image))));
    }

    /// <summary>The tokens' part of the LSTM's gates, bias included, [tokens, 4 d].</summary>
    public override Tensor Inputs(Tensor tokens, Tensor images, TensorSet memory) =>
        _weights.Linear(Drop(_weights[M.Embedding].index_select(0, tokens)), M.GatesOfToken, M.GatesBias);

    /// <inheritdoc/>
    public override DecoderStep Step(Tensor inputs, TensorSet state, TensorSet memory, BatchStep layout)
    {
        (Tensor h, Tensor c) = LstmCell.Step(inputs.Plus(_weights.Linear(state["h"], M.GatesOfState)), state["c"]);
        return new DecoderStep(new TensorSet(("h", h), ("c", c)), h.Plus(memory["image"].index_select(0, layout.RowImages)));
    }

    /// <inheritdoc/>
    public override Tensor Logits(Tensor read) =>
        _weights.Linear(_weights.Linear(read, M.Joined, M.JoinedBias).relu(), M.Logit, M.LogitBias).to_type(ScalarType.Float32);
}
