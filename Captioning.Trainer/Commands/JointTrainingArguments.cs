using System.CommandLine;
using System.CommandLine.Parsing;
using Captioning.Trainer.Photos;
using Captioning.Trainer.Training;
using static Captioning.Trainer.Commands.TrainCommand;

namespace Captioning.Trainer.Commands;

/// <summary>The options of <c>train</c> for training the encoder, too.</summary>
internal sealed class JointTrainingArguments
{
    private static readonly JointOptions Defaults = new();

    private readonly Option<bool> _fineTune = new("--fine-tune-encoder") { Description = "Train the encoder together with the decoder." };

    private readonly Option<double> _rate = Number("--encoder-learning-rate", Defaults.LearningRate, "The encoder's highest learning rate.", 0, 1);

    private readonly Option<int> _frozen = Number("--freeze-layers", Defaults.FrozenLayers, "So many of the encoder's layers, from the pixels on, stay as they are.", 0, int.MaxValue);

    private readonly Option<int> _microBatch = Number("--micro-batch", Defaults.MicroBatch, "Images that go through the encoder at once: fewer need less memory.", 1, 4096);

    private readonly Option<double> _crop = Number("--crop", Defaults.Augmentation.LeastCrop, "Least share of a photo's sides that is kept; 1 keeps all.", 0.1, 1);

    private readonly Option<bool> _flip = new("--flip") { Description = "Mirror half of the photos.", DefaultValueFactory = _ => Defaults.Augmentation.Flip };

    private readonly Option<double> _colour = Number("--colour", Defaults.Augmentation.Colour, "Share by which brightness and saturation change at most; 0 for not at all.", 0, 0.9);

    private readonly Option<int> _quality = Number("--jpeg-quality", Defaults.Augmentation.LeastQuality, "Least quality at which half of the photos are compressed once more; 100 for none.", 1, 100);

    public void AddTo(Command command)
    {
        Option[] own = [_rate, _frozen, _microBatch, _crop, _flip, _colour, _quality];
        foreach (Option option in own.Prepend(_fineTune))
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            foreach (Option option in own.Where(option => !IsOn(result) && result.GetResult(option) is not null))
            {
                result.AddError($"{option.Name} belongs to --fine-tune-encoder.");
            }
        });
    }

    /// <summary>Whether it was asked for.</summary>
    public bool IsOn(CommandResult result) => result.GetValue(_fineTune);

    /// <returns>Null where the encoder stays as it is.</returns>
    public JointOptions? Read(ParseResult parsed) => !parsed.GetValue(_fineTune) ? null : new JointOptions
    {
        LearningRate = parsed.GetValue(_rate),
        FrozenLayers = parsed.GetValue(_frozen),
        MicroBatch = parsed.GetValue(_microBatch),
        Augmentation = new Augmentation
        {
            LeastCrop = parsed.GetValue(_crop), Flip = parsed.GetValue(_flip), Colour = parsed.GetValue(_colour), LeastQuality = parsed.GetValue(_quality),
        },
    };
}
