using Captioning.Inference.Decoding;

namespace Captioning.Inference.Tests.Decoding;

public sealed class DetokenizerTests
{
    [Theory]
    [InlineData("a dog runs", "A dog runs.")]
    [InlineData("a dog runs .", "A dog runs.")]
    [InlineData("a man 's dog , a cat ; and a t-shirt", "A man's dog, a cat; and a t-shirt.")]
    [InlineData("the dog is n't here ...", "The dog isn't here.")]
    [InlineData("two girls -lrb- sisters -rrb- run", "Two girls (sisters) run.")]
    [InlineData("a sign says `` i love ny '' on it", "A sign says \"I love ny\" on it.")]
    [InlineData("50 % of $ 20", "50% of $20.")]
    [InlineData("is it a cat ?", "Is it a cat?")]
    [InlineData("élan", "Élan.")]
    [InlineData(".", "")]
    [InlineData("", "")]
    public void Join_Tokens_GivesASentence(string tokens, string expected) =>
        Assert.Equal(expected, Detokenizer.Join(tokens.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
