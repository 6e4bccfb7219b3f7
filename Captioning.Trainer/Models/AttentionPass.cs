using static TorchSharp.torch;
using A = Captioning.Trainer.Models.AttentionModel;

namespace Captioning.Trainer.Models;

/// <summary>A pass through an <see cref="AttentionModel"/>. It drops a share of embeddings, projected regions and output.</summary>
/// <param name="model">The decoder.</param>
/// <param name="products">The type of the matrix products; states and logits are float32.</param>
/// <param name="dropout">The share that is dropped.</param>
/// <remarks>Shapes: n images, k captions of each, r regions, d numbers of state, a heads.</remarks>
internal sealed class AttentionPass(AttentionModel model, ScalarType products, double dropout) : DecoderPass(dropout)
{
    private readonly ProductWeights _weights = new(model.Weights, products);
    private readonly AttentionSettings _settings = model.Settings;

    /// <summary>
    /// Memory: <c>keys</c> [n, a, d / a, r], <c>values</c> [n, a, r, d / a], and the mean region's part of the LSTM's gates, bias included:
    /// <c>gates</c> [n, 4 d]. State: <c>h</c>, <c>c</c> and <c>context</c> [n, d].
    /// </summary>
    public override (TensorSet Memory, TensorSet State) Begin(Tensor features)
    {
        Tensor projected = Drop(_weights.Linear(features, A.Project, A.ProjectBias).relu());
        Tensor mean = projected.mean([1]);
        Tensor[] start = _weights.Linear(mean, A.Start, A.StartBias).to_type(ScalarType.Float32).tanh().chunk(2, -1);

        // A bias of the keys would add the same to the scores of all regions, which the softmax takes away again.
        Tensor keys = Split(_weights.Linear(projected, A.Key)).transpose(2, 3).contiguous();
        Tensor values = Split(_weights.Linear(projected, A.Value, A.ValueBias)).contiguous();
        Tensor gates = _weights.Linear(mean, A.GatesOfMean, A.GatesBias);
        return (new TensorSet(("keys", keys), ("values", values), ("gates", gates)), State(start[0], start[1], zeros_like(start[0])));
    }

    /// <summary>The parts of the LSTM's gates that tokens and images give, [tokens, 4 d].</summary>
    public override Tensor Inputs(Tensor tokens, Tensor images, TensorSet memory) =>
        _weights.Linear(Drop(_weights[A.Embedding].index_select(0, tokens)), A.GatesOfToken).Plus(memory["gates"].index_select(0, images));

    /// <inheritdoc/>
    public override DecoderStep Step(Tensor inputs, TensorSet state, TensorSet memory, BatchStep layout)
    {
        Tensor gates = inputs.Plus(_weights.Linear(cat([state["context"], state["h"]], -1), A.GatesOfState));
        (Tensor h, Tensor c) = LstmCell.Step(gates, state["c"]);
        Tensor query = _weights.Linear(h, A.Query, A.QueryBias).Times(1 / Math.Sqrt((double)_settings.Hidden / _settings.Heads));
        Tensor slots = query.index_select(0, layout.RowOfSlot).view(layout.Images, -1, _settings.Hidden);
        Tensor attention = Split(slots).matmul(memory["keys"]).softmax(-1);
        Tensor context = attention.matmul(memory["values"]).transpose(1, 2).reshape(-1, _settings.Hidden)
            .index_select(0, layout.Slots).to_type(ScalarType.Float32);
        return new DecoderStep(State(h, c, context), cat([h, context], -1), attention);
    }

    /// <inheritdoc/>
    public override Tensor Logits(Tensor read) => _weights
        .Linear(Drop(_weights.Linear(read, A.Output, A.OutputBias).tanh()), A.Embedding, A.LogitBias)
        .to_type(ScalarType.Float32);

    private static TensorSet State(Tensor h, Tensor c, Tensor context) => new(("h", h), ("c", c), ("context", context));

    // [n, m, d] -> [n, a, m, d / a]
    private Tensor Split(Tensor tensor) => tensor.view(tensor.shape[0], tensor.shape[1], _settings.Heads, -1).transpose(1, 2);
}
