using static TorchSharp.torch;
using A = Captioning.Trainer.Models.AttentionDecoder;

namespace Captioning.Trainer.Models;

/// <summary>One pass through an <see cref="AttentionDecoder"/>: from regions and tokens to logits.</summary>
/// <param name="model">The decoder.</param>
/// <param name="products">The type of the matrix products; states and logits are float32.</param>
/// <param name="dropout">Share of embeddings, projected regions and output that is dropped; 0 when not training.</param>
/// <remarks>Shapes: n images, k captions of each, r regions, d numbers of state, a heads.</remarks>
internal sealed class AttentionPass(AttentionDecoder model, ScalarType products, double dropout)
{
    private readonly ProductWeights _weights = new(model.Weights, products);
    private readonly AttentionSettings _settings = model.Settings;

    /// <summary>What stays the same over all steps of images, and their state before the first.</summary>
    /// <param name="regions">The encoder's regions, [n, r, channels].</param>
    public (ImageMemory Memory, DecoderState State) Begin(Tensor regions)
    {
        Tensor projected = Drop(_weights.Linear(regions, A.Project, A.ProjectBias).relu());
        Tensor mean = projected.mean([1]);
        Tensor[] start = _weights.Linear(mean, A.Start, A.StartBias).to_type(ScalarType.Float32).tanh().chunk(2, -1);

        // A bias of the keys would add the same to the scores of all regions, which the softmax takes away again.
        Tensor keys = Split(_weights.Linear(projected, A.Key)).transpose(2, 3).contiguous();
        Tensor values = Split(_weights.Linear(projected, A.Value, A.ValueBias)).contiguous();
        Tensor gates = _weights.Linear(mean, A.GatesOfMean, A.GatesBias);
        return (new ImageMemory(keys, values, gates), new DecoderState(start[0], start[1], zeros_like(start[0])));
    }

    /// <summary>The part of the LSTM's gates that tokens give: [tokens, 4 d] of int64 [tokens].</summary>
    public Tensor TokenGates(Tensor tokens) => _weights.Linear(Drop(_weights[A.Embedding].index_select(0, tokens)), A.GatesOfToken);

    /// <summary>One step of captions.</summary>
    /// <param name="gates">What does not depend on the state: the tokens' and the images' part, [rows, 4 d].</param>
    /// <param name="state">The state before.</param>
    /// <param name="memory">The images.</param>
    /// <param name="layout">Which rows belong to which image; null where each image has as many and they stand in its order.</param>
    /// <returns>The state after, and the weights of the regions, [n, a, k, r].</returns>
    public (DecoderState State, Tensor Attention) Step(Tensor gates, DecoderState state, ImageMemory memory, BatchStep? layout = null)
    {
        Tensor[] g = (gates + _weights.Linear(cat([state.Context, state.H], -1), A.GatesOfState)).to_type(ScalarType.Float32).chunk(4, -1);
        Tensor c = (g[1].sigmoid() * state.C) + (g[0].sigmoid() * g[2].tanh());
        Tensor h = g[3].sigmoid() * c.tanh();
        Tensor query = _weights.Linear(h, A.Query, A.QueryBias) * (1 / Math.Sqrt((double)_settings.Hidden / _settings.Heads));
        query = layout is null ? query : query.index_select(0, layout.RowOfSlot);
        Tensor scores = Split(query.view(memory.Keys.shape[0], -1, _settings.Hidden)).matmul(memory.Keys);
        Tensor attention = scores.softmax(-1);
        Tensor context = attention.matmul(memory.Values).transpose(1, 2).reshape(-1, _settings.Hidden);
        context = layout is null ? context : context.index_select(0, layout.Slots);
        return (new DecoderState(h, c, context.to_type(ScalarType.Float32)), attention);
    }

    /// <summary>Logits, float32 [..., vocabulary], of [h; context], [..., 2 d].</summary>
    public Tensor Logits(Tensor read) => _weights
        .Linear(Drop(_weights.Linear(read, A.Output, A.OutputBias).tanh()), A.Embedding, A.LogitBias)
        .to_type(ScalarType.Float32);

    /// <summary>Logits of all tokens of a batch, [tokens, vocabulary], in the order of <see cref="CaptionBatch.Targets"/>.</summary>
    /// <param name="batch">The captions.</param>
    /// <param name="regions">The regions of its images, [n, r, channels].</param>
    public Tensor Logits(CaptionBatch batch, Tensor regions)
    {
        (ImageMemory memory, DecoderState state) = Begin(regions);
        state = state.Select(batch.RowImages);

        // All that the recurrence does not need is computed before or after it, for all steps at once.
        Tensor[] gates = (TokenGates(batch.Inputs) + memory.Gates.index_select(0, batch.TokenImages)).split([.. batch.Steps.Select(step => (long)step.Rows)]);
        Tensor[] read = new Tensor[batch.Steps.Count];
        for (int t = 0; t < read.Length; t++)
        {
            BatchStep step = batch.Steps[t];
            if (t > 0 && step.Rows < batch.Steps[t - 1].Rows)
            {
                state = state.First(step.Rows);
            }

            if (t > 0 && step.Images < batch.Steps[t - 1].Images)
            {
                memory = memory.First(step.Images);
            }

            (state, _) = Step(gates[t], state, memory, step);
            read[t] = cat([state.H, state.Context], -1);
        }

        return Logits(cat(read));
    }

    // [n, m, d] -> [n, a, m, d / a]
    private Tensor Split(Tensor tensor) => tensor.view(tensor.shape[0], tensor.shape[1], _settings.Heads, -1).transpose(1, 2);

    private Tensor Drop(Tensor tensor) => dropout > 0 ? nn.functional.dropout(tensor, dropout) : tensor;
}
