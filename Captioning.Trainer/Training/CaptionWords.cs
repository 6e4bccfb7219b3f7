namespace Captioning.Trainer.Training;

/// <summary>How captions are split into the words that a model learns.</summary>
internal enum CaptionWords
{
    /// <summary>As the evaluation splits them, see <see cref="Evaluation.PtbTokenizer"/>.</summary>
    Ptb,

    /// <summary>Words of letters alone, see <see cref="PlainWords"/>.</summary>
    Plain,
}
