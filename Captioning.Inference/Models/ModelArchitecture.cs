namespace Captioning.Inference.Models;

/// <summary>
/// A kind of decoder. Both kinds are two graphs with one naming rule, so that one loop runs them:
/// <list type="bullet">
/// <item><c>init</c> takes the encoder's feature ([image, ...]) and gives tensors named [image, ...];</item>
/// <item><c>step</c> takes <c>token</c>, int64 [image, beam]; the <em>state</em>: every input <c>x</c> with an output
/// <c>x_out</c>, float32 [image, beam, n], which starts as init's <c>x</c> ([image, n]) or as zeros; and the
/// <em>memory</em>: every other input, float32 [image, ...], given by init and shared by the beams of an image.
/// It gives <c>log_probs</c>, float32 [image, beam, vocabulary].</item>
/// </list>
/// </summary>
public sealed record ModelArchitecture
{
    /// <summary>
    /// Attention over regions (Xu et al. 2015, "Show, Attend and Tell"): init takes <c>regions</c>, and step also
    /// gives <c>attention</c>, float32 [image, beam, region], the weight of each region for the token.
    /// </summary>
    public static ModelArchitecture Attention { get; } = new("attention", "regions", true);

    /// <summary>
    /// The merge model (Tanti et al. 2017, "What is the Role of Recurrent Neural Networks (RNNs) in an Image Caption
    /// Generator?"): init takes <c>pooled</c>; image and text meet after the recurrent network.
    /// </summary>
    public static ModelArchitecture Merge { get; } = new("merge", "pooled", false);

    private ModelArchitecture(string name, string feature, bool hasAttention)
    {
        Name = name;
        Feature = feature;
        HasAttention = hasAttention;
    }

    /// <summary>The name in <c>model.json</c>.</summary>
    public string Name { get; }

    /// <summary>The encoder's output that the decoder reads.</summary>
    public string Feature { get; }

    /// <summary>Whether each token comes with an attention map.</summary>
    public bool HasAttention { get; }

    /// <summary>Every architecture that this library runs.</summary>
    public static IReadOnlyList<ModelArchitecture> All { get; } = [Attention, Merge];

    /// <summary>The architecture of a name, or null.</summary>
    public static ModelArchitecture? Find(string name) => All.FirstOrDefault(a => a.Name == name);
}
