using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Captioning.Trainer.Models;

/// <summary>
/// An LSTM that looks at an image's regions with multi-head attention after each step (Xu et al. 2015, "Show, Attend and Tell"; Vaswani
/// et al. 2017, "Attention Is All You Need", section 3.2), with tied embeddings (Press and Wolf 2017). The LSTM takes the token's
/// embedding, the last context and the mean region; its new <c>h</c> is the query; logits are E tanh(W [h; context]) + b.
/// </summary>
/// <remarks>Shapes: n images, k captions of each, r regions, d numbers of state, a heads.</remarks>
internal sealed class AttentionDecoder
{
    // Weights by name; Export/AttentionGraphs reads them too.
    public const string Project = "project.weight", ProjectBias = "project.bias";
    public const string Start = "start.weight", StartBias = "start.bias";
    public const string Key = "key.weight";
    public const string Value = "value.weight", ValueBias = "value.bias";
    public const string Query = "query.weight", QueryBias = "query.bias";
    public const string Embedding = "embedding.weight";
    public const string GatesOfToken = "lstm.token", GatesOfMean = "lstm.mean", GatesOfState = "lstm.state", GatesBias = "lstm.bias";
    public const string Output = "output.weight", OutputBias = "output.bias";
    public const string LogitBias = "logit.bias";

    public AttentionDecoder(AttentionSettings settings, WeightSet weights)
    {
        Settings = settings;
        Weights = weights;
    }

    public AttentionSettings Settings { get; }

    public WeightSet Weights { get; }

    /// <summary>A decoder with fresh weights, drawn from torch's generator.</summary>
    public static AttentionDecoder Create(AttentionSettings settings, Device device)
    {
        long d = settings.Hidden, words = settings.Vocabulary;
        WeightSet weights = new(
            [
                (Project, [d, settings.Channels]), (ProjectBias, [d]),
                (Start, [2 * d, d]), (StartBias, [2 * d]),
                (Key, [d, d]), (Value, [d, d]), (ValueBias, [d]), (Query, [d, d]), (QueryBias, [d]),
                (Embedding, [words, d]),
                (GatesOfToken, [4 * d, d]), (GatesOfMean, [4 * d, d]), (GatesOfState, [4 * d, 2 * d]), (GatesBias, [4 * d]),
                (Output, [d, 2 * d]), (OutputBias, [d]), (LogitBias, [words]),
            ],
            device);
        foreach ((string name, long[] shape) in weights.Layout.Where(part => part.Name != LogitBias))
        {
            // As wide as PyTorch draws the weights of its layers; a bias as the weight before it.
            long inputs = name.StartsWith("lstm.", StringComparison.Ordinal) || shape.Length == 1 ? d : shape[1];
            weights.Uniform(name, name == Embedding ? 0.1 : 1 / Math.Sqrt(inputs));
        }

        return new AttentionDecoder(settings, weights);
    }

    /// <summary>What stays the same over all steps of images, and their state before the first.</summary>
    /// <param name="regions">The encoder's regions, float32 [n, r, channels].</param>
    /// <param name="dropout">Share of the projected regions' numbers that is dropped; 0 when not training.</param>
    public (ImageMemory Memory, DecoderState State) Begin(Tensor regions, double dropout)
    {
        Tensor projected = Drop(linear(regions, Weights[Project], Weights[ProjectBias]).relu(), dropout);
        Tensor mean = projected.mean([1]);
        Tensor[] start = linear(mean, Weights[Start], Weights[StartBias]).tanh().chunk(2, -1);

        // A bias of the keys would add the same to the scores of all regions, which the softmax takes away again.
        Tensor keys = Split(linear(projected, Weights[Key])).transpose(2, 3).contiguous();
        Tensor values = Split(linear(projected, Weights[Value], Weights[ValueBias])).contiguous();
        Tensor gates = linear(mean, Weights[GatesOfMean], Weights[GatesBias]);
        return (new ImageMemory(keys, values, gates), new DecoderState(start[0], start[1], zeros_like(start[0])));
    }

    /// <summary>The part of the LSTM's gates that tokens give: [tokens, 4 d] of int64 [tokens].</summary>
    public Tensor TokenGates(Tensor tokens, double dropout) =>
        linear(Drop(Weights[Embedding].index_select(0, tokens), dropout), Weights[GatesOfToken]);

    /// <summary>One step of captions.</summary>
    /// <param name="gates">What does not depend on the state: the tokens' and the images' part, [rows, 4 d].</param>
    /// <param name="state">The state before.</param>
    /// <param name="memory">The images.</param>
    /// <param name="layout">Which rows belong to which image; null where each image has as many and they stand in its order.</param>
    /// <returns>The state after, and the weights of the regions, [n, a, k, r].</returns>
    public (DecoderState State, Tensor Attention) Step(Tensor gates, DecoderState state, ImageMemory memory, BatchStep? layout = null)
    {
        Tensor[] g = (gates + linear(cat([state.Context, state.H], -1), Weights[GatesOfState])).chunk(4, -1);
        Tensor c = (g[1].sigmoid() * state.C) + (g[0].sigmoid() * g[2].tanh());
        Tensor h = g[3].sigmoid() * c.tanh();
        Tensor query = linear(h, Weights[Query], Weights[QueryBias]) * (1 / Math.Sqrt((double)Settings.Hidden / Settings.Heads));
        query = layout is null ? query : query.index_select(0, layout.RowOfSlot);
        Tensor attention = Split(query.view(memory.Keys.shape[0], -1, Settings.Hidden)).matmul(memory.Keys).softmax(-1);
        Tensor context = attention.matmul(memory.Values).transpose(1, 2).reshape(-1, Settings.Hidden);
        context = layout is null ? context : context.index_select(0, layout.Slots);
        return (new DecoderState(h, c, context), attention);
    }

    /// <summary>Logits [..., vocabulary] of [h; context], [..., 2 d].</summary>
    public Tensor Logits(Tensor read, double dropout) =>
        linear(Drop(linear(read, Weights[Output], Weights[OutputBias]).tanh(), dropout), Weights[Embedding], Weights[LogitBias]);

    /// <summary>Logits of all tokens of a batch, [tokens, vocabulary], in the order of <see cref="CaptionBatch.Targets"/>.</summary>
    /// <param name="batch">The captions.</param>
    /// <param name="regions">The regions of its images, float32 [n, r, channels].</param>
    /// <param name="dropout">Share that is dropped; 0 when not training.</param>
    public Tensor Logits(CaptionBatch batch, Tensor regions, double dropout)
    {
        (ImageMemory memory, DecoderState state) = Begin(regions, dropout);
        state = state.Select(batch.RowImages);

        // All that the recurrence does not need is computed before or after it, for all steps at once.
        Tensor gates = TokenGates(batch.Inputs, dropout) + memory.Gates.index_select(0, batch.TokenImages);
        Tensor[] read = new Tensor[batch.Steps.Count];
        long token = 0;
        for (int t = 0; t < read.Length; t++)
        {
            BatchStep step = batch.Steps[t];
            if (t > 0 && step.Rows < batch.Steps[t - 1].Rows)
            {
                state = state.First(step.Rows);
                memory = memory.First(step.Images);
            }

            (state, _) = Step(gates.narrow(0, token, step.Rows), state, memory, step);
            read[t] = cat([state.H, state.Context], -1);
            token += step.Rows;
        }

        return Logits(cat(read), dropout);
    }

    // [n, m, d] -> [n, a, m, d / a]
    private Tensor Split(Tensor tensor) => tensor.view(tensor.shape[0], tensor.shape[1], Settings.Heads, -1).transpose(1, 2);

    private static Tensor Drop(Tensor tensor, double share) => share > 0 ? nn.functional.dropout(tensor, share) : tensor;
}
