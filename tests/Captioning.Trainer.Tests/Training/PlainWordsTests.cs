using Captioning.Trainer.Data;
using Captioning.Trainer.Training;

namespace Captioning.Trainer.Tests.Training;

public sealed class PlainWordsTests
{
    [Theory]
    [InlineData("A black-and-white dog 's ball .", "black and white dog ball")]
    [InlineData("Two dogs (brown) don't run; 3 boys in a No.5 T-shirt do!", "two dogs brown dont run boys in shirt do")]
    [InlineData("A 2 x 4 .", "")]
    public void Split_Caption_WordsOfLettersAlone(string caption, string words) => Assert.Equal(words, string.Join(' ', PlainWords.Split(caption)));

    [Fact]
    [Trait("Needs", "shared")]
    public void Split_TrainingCaptionsOfFlickr8k_AsManyWordsAsTheReferenceCounts()
    {
        CaptionDataset train = CaptionDataset.Load(Repository.Shared("flickr8k", "captions.txt")).Select(Repository.Shared("flickr8k", "train.txt"));

        // 7,317 and the unknown word.
        Assert.Equal(7317, train.Images.SelectMany(image => image.Captions).SelectMany(PlainWords.Split).Distinct().Count());
    }
}
