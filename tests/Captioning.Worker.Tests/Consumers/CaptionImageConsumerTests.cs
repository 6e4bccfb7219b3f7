using Captioning.Contracts;
using Captioning.Worker.Inputs;
using MassTransit;

namespace Captioning.Worker.Tests.Consumers;

public sealed class CaptionImageConsumerTests(WorkerFixture worker) : IClassFixture<WorkerFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Photo => Path.Join(Repository.Samples, "chelsea.png");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Consume_Photo_AnswersWithItsCaption()
    {
        ImageCaptioned answer = await CaptionedAsync(Request(Photo) with
        {
            Candidates = 3,
            Model = "efficientnet-lite2-260-flickr8k",
            Priority = CaptionPriority.Interactive,
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["album"] = "cats" },
        });

        Assert.Equal("worker 1", answer.Worker);
        Assert.Equal("cats", answer.Metadata?["album"]);
        Assert.Equal(new ModelReference("efficientnet-lite2-260-flickr8k", Repository.ModelVersion), answer.Model);
        Assert.Equal(
            new ImageProperties("596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb", 240512, 451, 300, "png"), answer.Image);
        Assert.Equal(3, answer.Candidates.Count);
        Assert.Equal(new CaptionCandidate(answer.Caption, answer.Score), answer.Candidates[0]);
        Assert.Equal(answer.Candidates.OrderByDescending(candidate => candidate.Score), answer.Candidates);
        Assert.NotEmpty(answer.Words);
        Assert.All(answer.Words, word => Assert.True(word.LogProbability <= 0));
        Assert.True(answer.LogProbability <= answer.Words.Sum(word => word.LogProbability) + 1e-3);
        Assert.Null(answer.Audio);
        Assert.Null(answer.Timings.Speech);
    }

    [Fact]
    public async Task Consume_Speak_WritesTheFileWhole()
    {
        string wav = Path.Join(worker.AudioFolder, "out", "ü.wav");

        ImageCaptioned answer = await CaptionedAsync(Request(Photo) with { Speak = new SpeakOptions { Destination = FileUri.FromPath(wav) } });

        Assert.Null(answer.SpeechError);
        Assert.Equal((FileUri.FromPath(wav), "en_US-joe-medium", 22050), (answer.Audio!.Uri, answer.Audio.Voice, answer.Audio.SampleRate));
        byte[] bytes = await File.ReadAllBytesAsync(wav);
        Assert.Equal(answer.Audio.Duration, (bytes.Length - 44) / 2 / 22050.0, precision: 3);
        Assert.Equal([wav], Directory.GetFiles(Path.Join(worker.AudioFolder, "out")));
        Assert.NotNull(answer.Timings.Speech);
    }

    [Theory]
    [InlineData("nope", "file:///nowhere/a.wav", "There is no voice 'nope'")]
    [InlineData(null, "s3://bucket/a.wav", "'s3://bucket/a.wav' is not a URI that this worker writes to.")]
    [InlineData(null, "file:///elsewhere/a.wav", "'file:///elsewhere/a.wav' is not in a folder that this worker writes to.")]
    public async Task Consume_SpeechFails_KeepsTheCaption(string? voice, string destination, string error)
    {
        ImageCaptioned answer = await CaptionedAsync(Request(Photo) with { Speak = new SpeakOptions { Destination = destination, Voice = voice } });

        Assert.NotEmpty(answer.Caption);
        Assert.Null(answer.Audio);
        Assert.Contains(error, answer.SpeechError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.com/a.jpg")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("file://server/share/a.jpg")]
    [InlineData("/photos/a.jpg")]
    public async Task Consume_OtherSource_IsForbidden(string image)
    {
        CaptionFailed answer = await FailedAsync(new CaptionImage { RequestId = Guid.NewGuid().ToString(), Image = image });

        Assert.Equal((FailureReason.ForbiddenSource, false), (answer.Reason, answer.Retryable));
        Assert.Contains(image, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consume_SpeakSlowly_IsLonger()
    {
        ImageCaptioned[] answers = await Task.WhenAll(new[] { 1.0, 0.5 }.Select(speed =>
            CaptionedAsync(Request(Photo) with { Speak = new SpeakOptions { Speed = speed } })));

        Assert.InRange(answers[1].Audio!.Duration / answers[0].Audio!.Duration, 1.6, 2.4);
    }

    [Theory]
    [InlineData("", 1, "image is missing")]
    [InlineData("file:///a.jpg", 5, "speak.speed is 5; it must be from 0.25 to 4")]
    [InlineData("file:///a.jpg", -1, "speak.speed is -1; it must be from 0.25 to 4")]
    public async Task Consume_WrongRequest_IsInvalid(string image, double speed, string problem)
    {
        CaptionFailed answer = await FailedAsync(Request(Photo) with { Image = image, Speak = new SpeakOptions { Speed = speed } });

        Assert.Equal((FailureReason.InvalidRequest, false), (answer.Reason, answer.Retryable));
        Assert.Equal($"The request is wrong: {problem}.", answer.Message);
    }

    [Fact]
    public async Task Consume_SameId_GivesTheSameAnswerAgain()
    {
        CaptionImage request = Request(Photo) with { Tags = ["кот"] };

        ImageCaptioned first = await CaptionedAsync(request);
        ImageCaptioned second = await CaptionedAsync(request with { Image = FileUri.FromPath(Path.Join(Repository.Samples, "rocket.jpg")) });

        Assert.Equal(["кот"], second.Tags);
        Assert.Equal((first.Caption, first.Score, first.Image, first.Timings), (second.Caption, second.Score, second.Image, second.Timings));
        Assert.Equal(first.Words, second.Words);
    }

    [Fact]
    public async Task Consume_DeadlineHasPassed_IsExpiredAndNotRemembered()
    {
        CaptionImage request = Request(Photo) with { Deadline = DateTimeOffset.UnixEpoch };

        CaptionFailed answer = await FailedAsync(request);
        ImageCaptioned later = await CaptionedAsync(request with { Deadline = null });

        Assert.Equal((FailureReason.Expired, false), (answer.Reason, answer.Retryable));
        Assert.NotEmpty(later.Caption);
    }

    [Fact]
    public async Task Consume_MissingPhoto_IsNotFound()
    {
        CaptionFailed answer = await FailedAsync(Request(_folder.Under("missing.jpg")));

        Assert.Equal((FailureReason.NotFound, false), (answer.Reason, answer.Retryable));
        Assert.Equal("worker 1", answer.Worker);
        Assert.Contains("missing.jpg", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consume_Text_IsUnsupported() =>
        Assert.Equal(FailureReason.Unsupported, (await FailedAsync(Request(_folder.File("a.jpg", "no image"u8.ToArray())))).Reason);

    [Fact]
    public async Task Consume_PhotoCutShort_IsUnreadable()
    {
        byte[] photo = await File.ReadAllBytesAsync(Photo);

        Assert.Equal(FailureReason.Unreadable, (await FailedAsync(Request(_folder.File("a.png", photo[..1000])))).Reason);
    }

    [Fact]
    public async Task Consume_OtherModel_IsUnsupported()
    {
        CaptionFailed answer = await FailedAsync(Request(Photo) with { Model = "other" });

        Assert.Equal(FailureReason.Unsupported, answer.Reason);
        Assert.Equal("This worker serves the model 'efficientnet-lite2-260-flickr8k', not 'other'.", answer.Message);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(21, 1)]
    [InlineData(3, 0)]
    public async Task Consume_BeamOrCandidatesOutOfRange_IsInvalid(int beam, int candidates) =>
        Assert.Equal(FailureReason.InvalidRequest, (await FailedAsync(Request(Photo) with { Beam = beam, Candidates = candidates })).Reason);

    [Fact]
    public async Task Consume_ManyRequestsWithBadOnesAmongThem_AnswersEach()
    {
        string[] photos = [.. Directory.EnumerateFiles(Repository.Samples).Where(path => ImageExtensions.Match(path)).Order(StringComparer.Ordinal)];

        Response<ImageCaptioned, CaptionFailed>[] answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i =>
            worker.Client.GetResponse<ImageCaptioned, CaptionFailed>(Request(i % 6 == 5 ? _folder.Under("missing.jpg") : photos[i % 6]) with { RequestId = $"many {i}" })));

        for (int i = 0; i < answers.Length; i++)
        {
            answers[i].Is(out Response<CaptionFailed>? failure);
            answers[i].Is(out Response<ImageCaptioned>? captioned);
            Assert.Equal(i % 6 == 5 ? FailureReason.NotFound : null, failure?.Message.Reason);
            Assert.Equal($"many {i}", failure?.Message.RequestId ?? captioned?.Message.RequestId);
        }
    }

    private static CaptionImage Request(string path) => new() { RequestId = Guid.NewGuid().ToString(), Image = FileUri.FromPath(path) };

    private async Task<ImageCaptioned> CaptionedAsync(CaptionImage request) =>
        (await worker.Client.GetResponse<ImageCaptioned>(request)).Message;

    private async Task<CaptionFailed> FailedAsync(CaptionImage request) =>
        (await worker.Client.GetResponse<CaptionFailed>(request)).Message;
}
