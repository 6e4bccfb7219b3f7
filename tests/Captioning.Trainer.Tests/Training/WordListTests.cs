using System.Text;
using Captioning.Trainer.Evaluation;
using Captioning.Trainer.Training;

namespace Captioning.Trainer.Tests.Training;

public sealed class WordListTests
{
    [Fact]
    public void Of_MinimumCount_RareWordsAreUnknown()
    {
        WordList words = WordList.Of([["a", "dog", "a"], ["the", "dog", "<unk>"], ["cat", "the"]], minCount: 2);

        Assert.Equal(["<pad>", "<bos>", "<eos>", "<unk>", "a", "dog", "the"], words.Words);
        Assert.Equal([6, WordList.Unk, 5], words.Encode(["the", "cat", "dog", "a"], maxWords: 3));
        Assert.Equal("<pad>\n<bos>\n<eos>\n<unk>\na\ndog\nthe\n", Encoding.UTF8.GetString(words.ToFile()));
    }

    [Fact]
    [Trait("Needs", "shared")]
    public void Of_Flickr8kTraining_NearlyTheWordsOfTheReference()
    {
        Captioning.Trainer.Data.CaptionDataset train = Captioning.Trainer.Data.CaptionDataset.Load(Repository.Shared("flickr8k", "captions.txt"))
            .Select(Repository.Shared("flickr8k", "train.txt"));
        string[] reference = File.ReadAllLines(Repository.Shared("decoder-reference", "vocabulary.txt"));

        WordList words = WordList.Of(train.Images.SelectMany(image => image.Captions).Select(caption => PtbTokenizer.Tokenize(caption)), minCount: 5);

        // The COCO evaluation keeps these two as words; the reference dropped them.
        Assert.Equal(["&", "-lrb-"], words.Words.Except(reference));
        Assert.Equal([], reference.Except(words.Words));
    }
}
