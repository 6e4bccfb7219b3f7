using System.Text;
using System.Text.Json;

namespace Captioning.Trainer.Training;

/// <summary>Keeps the record of a training: a line of JSON for each epoch, and the curves drawn from them.</summary>
internal sealed class TrainingLog(RunFolder folder)
{
    /// <summary>Adds an epoch, in place of the record that a killed run may have left of it.</summary>
    public void Add(EpochRecord record)
    {
        List<EpochRecord> epochs = [.. File.Exists(folder.Log) ? File.ReadLines(folder.Log).Select(Read).Where(epoch => epoch.Epoch < record.Epoch) : [], record];
        IEnumerable<string> lines = epochs.Select(epoch => JsonSerializer.Serialize(epoch, EpochRecordJson.Default.EpochRecord));
        File.WriteAllText(folder.Log + ".new", string.Join('\n', lines) + '\n', new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(folder.Log + ".new", folder.Log, overwrite: true);
        File.WriteAllBytes(folder.Curves, LearningCurves.ToPng(epochs));
    }

    private static EpochRecord Read(string line) =>
        JsonSerializer.Deserialize(line, EpochRecordJson.Default.EpochRecord) ?? throw new InvalidDataException("a line of the log is empty.");
}
