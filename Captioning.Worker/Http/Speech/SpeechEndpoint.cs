using System.Buffers;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Captioning.Contracts;
using Captioning.Inference.Speech;
using Captioning.Worker.Http.Captions;
using Captioning.Worker.Requests;
using Captioning.Worker.Speech;
using Microsoft.AspNetCore.Http;

namespace Captioning.Worker.Http.Speech;

/// <summary><c>POST /v1/speech</c>: a text as speech, sent sentence by sentence while the next is being spoken.</summary>
internal sealed class SpeechEndpoint(Speaker speaker, VoiceRules voices, HttpOptions options, TimeProvider time)
{
    public async Task PostAsync(HttpContext http)
    {
        SpeechRequest request = await JsonBody.ReadAsync<SpeechRequest>(http, http.RequestAborted);
        if (request.Text is null)
        {
            // Serializers set what is required to null where the JSON says null.
            throw CaptionRequest.Wrong("text is null");
        }

        if (request.Text.Length > options.MaxSpeechCharacters)
        {
            throw new RequestFailedException(
                FailureReason.TooLarge, $"The text has {request.Text.Length:N0} characters; the most that this worker speaks at once is {options.MaxSpeechCharacters:N0}.");
        }

        SpeakOptions speak = new() { Voice = request.Voice, Speed = request.Speed ?? 1 };
        new CaptionRequest { Speed = speak.Speed }.Check();
        voices.Check(request.Voice);

        using CancellationTokenSource timeout = new(options.RequestTimeout, time);
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, http.RequestAborted);
        try
        {
            await SpeakAsync(http, request.Text, speak, late.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            throw new RequestFailedException(
                FailureReason.TimedOut, $"The text was not spoken within {options.RequestTimeout.TotalSeconds:0.###} seconds.", retryable: true);
        }
    }

    private async Task SpeakAsync(HttpContext http, string text, SpeakOptions speak, CancellationToken cancellationToken)
    {
        // Sentences wait here for a slow client, so that nobody else waits for their voice.
        Channel<ReadOnlyMemory<short>> sentences = Channel.CreateUnbounded<ReadOnlyMemory<short>>();
        int sampleRate = 0;
        Task<VoiceInfo> speaking = speaker.SpeakAsync(text, speak, Add, cancellationToken);
        _ = speaking.ContinueWith(done => sentences.Writer.TryComplete(done.Exception?.InnerException), TaskScheduler.Default);

        // The first sentence tells whether there is any speech at all: after it the status cannot be taken back.
        if (await sentences.Reader.WaitToReadAsync(cancellationToken))
        {
            await WriteAsync(http.Response, sampleRate, sentences.Reader, cancellationToken);
        }
        else
        {
            VoiceInfo voice = await speaking;
            byte[] nothing = new byte[WavHeader.Length];
            WavHeader.Write(nothing, voice.SampleRate, sampleCount: 0);
            await TypedResults.Bytes(nothing, CaptionAudioEndpoint.ContentType).ExecuteAsync(http);
        }

        void Add(VoiceInfo voice, ReadOnlyMemory<short> samples)
        {
            sampleRate = voice.SampleRate;
            sentences.Writer.TryWrite(samples);
        }
    }

    private static async Task WriteAsync(HttpResponse response, int sampleRate, ChannelReader<ReadOnlyMemory<short>> sentences, CancellationToken cancellationToken)
    {
        response.ContentType = CaptionAudioEndpoint.ContentType;
        WavHeader.WriteOpenEnded(response.BodyWriter.GetSpan(WavHeader.Length), sampleRate);
        response.BodyWriter.Advance(WavHeader.Length);
        await foreach (ReadOnlyMemory<short> samples in sentences.ReadAllAsync(cancellationToken))
        {
            response.BodyWriter.Write(MemoryMarshal.AsBytes(samples.Span));
            await response.BodyWriter.FlushAsync(cancellationToken);
        }

        await sentences.Completion;
    }
}
