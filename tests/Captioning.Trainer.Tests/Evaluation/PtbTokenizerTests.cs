using Captioning.Trainer.Evaluation;

namespace Captioning.Trainer.Tests.Evaluation;

public sealed class PtbTokenizerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  \t\n ", "")]
    [InlineData("A cat, a mat; and: a hat!", "a cat a mat and a hat")]
    [InlineData("The kite isn't flying, it's won't and shan't", "the kite is n't flying it 's wo n't and sha n't")]
    [InlineData("They're we've he'd she'll I'm", "they 're we 've he 'd she 'll i 'm")]
    [InlineData("THEY'RE CAN'T", "they 're ca n't")]
    [InlineData("is n't", "is n't")]
    [InlineData("a cook’s knife isn’t blunt", "a cook 's knife is n't blunt")]
    [InlineData("cannot gonna wanna gotta gimme lemme", "can not gon na wan na got ta gim me lem me")]
    [InlineData("'tis 'twas", "'t is 't was")]
    [InlineData("cannots are not words", "cannots are not words")]
    [InlineData("the cooks' knives", "the cooks knives")]
    [InlineData("two o'clock, ma'am", "two o'clock ma'am")]
    [InlineData("rock 'n' roll in the '80s", "rock 'n' roll in the '80s")]
    [InlineData("Dr. Jones and Mrs. Low vs. St. Ives", "dr. jones and mrs. low vs. st. ives")]
    [InlineData("It ends here.", "it ends here")]
    [InlineData("the U.S.A. at 5 a.m. in D.C.", "the u.s.a. at 5 a.m. in d.c.")]
    [InlineData("John F. Low eats vitamin C.", "john f. low eats vitamin c")]
    [InlineData("see fig. 3 and no. 7", "see fig. 3 and no. 7")]
    [InlineData("He said no. Then he left", "he said no then he left")]
    [InlineData("1,234.5 and .5 and 10:30 and -4", "1,234.5 and .5 and 10:30 and -4")]
    [InlineData("3.5m of 7-foot 1,000-piece rope", "3.5 m of 7-foot 1,000-piece rope")]
    [InlineData("an up-to-date t-shirt's hem", "an up-to-date t-shirt 's hem")]
    [InlineData("well--now - then — and – again", "well now then and again")]
    [InlineData("a ----- rule", "a ----- rule")]
    [InlineData("wait... what?! no", "wait what ?! no")]
    [InlineData("[a] {b} (c)", "-lsb- a -rsb- -lcb- b -rcb- -lrb- c -rrb-")]
    [InlineData("\"so\" ``so'' “so” «so»", "so so so so")]
    [InlineData("£5 or US$ 7 or €9 & #3 @ 50%", "# 5 or us$ 7 or $ 9 & # 3 @ 50 %")]
    [InlineData("#cats by @someone_1", "#cats by @someone_1")]
    [InlineData("and/or 10/12/2010", "and/or 10/12/2010")]
    [InlineData("End.Start", "end.start")]
    [InlineData("Zoë's naïve ÉCLAIR", "zoë 's naïve éclair")]
    [InlineData("犬が走る。", "犬が走る 。")]
    [InlineData("party 🎉 time", "party time")]
    public void Tokenize_Text_PennTreebankTokens(string text, string expected) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), PtbTokenizer.Tokenize(text));

    [Fact]
    public void Tokenize_AnyCharacters_EndsWithoutWhiteSpaceInTokens()
    {
        Random random = new(1);
        const string Alphabet = "aZn't 's.,-–!?1 2/#@$'\"(]…\u00A0é\uD83C*_o";
        for (int round = 0; round < 5_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));

            Assert.All(PtbTokenizer.Tokenize(text), token => Assert.False(token.Length == 0 || token.Any(char.IsWhiteSpace), text));
        }
    }
}
