using System.Collections.Concurrent;
using System.Diagnostics;
using Captioning.Contracts;
using Captioning.Inference.Runtime;
using Captioning.Inference.Speech;
using Captioning.Worker.Requests;
using Captioning.Worker.Stores;
using Captioning.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Captioning.Worker.Speech;

/// <summary>
/// Speaks captions. Voices are loaded when they are first asked for and kept. Synthesis computes for long,
/// so it has threads of its own, few enough to leave room for inference.
/// </summary>
internal sealed partial class Speaker : IAsyncDisposable
{
    /// <summary>The voice that speaks where several are there and none is asked for.</summary>
    public const string DefaultVoice = "en_US-joe-medium";

    private const string Stopped = "The worker stopped before it was spoken.";

    /// <summary>More threads do little for one sentence, so on larger machines several are spoken at once.</summary>
    private const int ThreadsPerVoice = 4;

    private readonly ConcurrentDictionary<string, Lazy<PiperVoice>> _voices = new(StringComparer.Ordinal);
    private readonly int _concurrency = Math.Max(1, Environment.ProcessorCount / ThreadsPerVoice);
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _stop = new();
    private readonly VoiceCatalog _catalog;
    private readonly AudioStores _stores;
    private readonly Device _device;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    /// <param name="catalog">The voices.</param>
    /// <param name="stores">Where speech is written.</param>
    /// <param name="device">Where synthesis runs.</param>
    /// <param name="loggers">Makes the loggers.</param>
    /// <param name="time">Measures how long speaking takes.</param>
    public Speaker(VoiceCatalog catalog, AudioStores stores, Device device, ILoggerFactory loggers, TimeProvider time)
    {
        _places = new SemaphoreSlim(_concurrency);
        _catalog = catalog;
        _stores = stores;
        _device = device;
        _logger = loggers.CreateLogger<Speaker>();
        _time = time;
    }

    /// <summary>The voice that speaks where none is asked for; <see cref="DefaultVoice"/> where none is in order.</summary>
    public static string DefaultOf(IReadOnlyList<VoiceEntry> voices) => voices.Any(voice => voice.Name == DefaultVoice)
        ? DefaultVoice
        : voices.FirstOrDefault(voice => voice.Problem is null)?.Name ?? DefaultVoice;

    /// <summary>Makes sure that a voice can speak, before there is anything to say.</summary>
    /// <param name="voice">The voice's id; null for the default.</param>
    /// <exception cref="SpeechUnavailableException">It cannot; the message says why and what to do.</exception>
    public void Check(string? voice) => Load(voice);

    /// <summary>Speaks a caption. Failing is an outcome too, so that the caption is not lost with its speech.</summary>
    /// <param name="requestId">The id of the request, for the file's name.</param>
    /// <param name="text">The caption.</param>
    /// <param name="options">How to speak it.</param>
    /// <param name="canRetry">Whether the request can be tried again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransientFailureException">The store failed in a way that may pass, and <paramref name="canRetry"/> is true.</exception>
    public async Task<SpeechOutcome> SpeakAsync(string requestId, string text, SpeakOptions options, bool canRetry, CancellationToken cancellationToken)
    {
        using Activity? span = WorkerTracing.Source.StartActivity("speak");
        long start = _time.GetTimestamp();
        if (!await EnterAsync(cancellationToken))
        {
            return new SpeechOutcome(null, Stopped, _time.GetElapsedTime(start));
        }

        try
        {
            (byte[] wav, SpeechAudio spoken) = await OnThreadOfItsOwn(() => Speak(Load(options.Voice), text, options, cancellationToken), cancellationToken);
            SpeechAudio audio = await KeepAsync(requestId, text, options, wav, spoken, cancellationToken);
            TimeSpan elapsed = _time.GetElapsedTime(start);
            WorkerMetrics.RecordSpeech(elapsed, audio.Voice);
            return new SpeechOutcome(audio, null, elapsed);
        }
        catch (AudioStoreException e) when (e.Retryable && canRetry)
        {
            throw new TransientFailureException(e.Message, e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            TimeSpan elapsed = _time.GetElapsedTime(start);
            Log.Unspoken(_logger, e, requestId);
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            WorkerMetrics.RecordSpeechFailure(elapsed, e);
            return new SpeechOutcome(null, e.Message, elapsed);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Speaks a text into memory.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to speak it; its destination has no meaning here.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A WAV file, and what it is but for its place.</returns>
    /// <exception cref="SpeechUnavailableException">The voice does not work, or the worker stops.</exception>
    public Task<(byte[] Wav, SpeechAudio Audio)> SpeakAsync(string text, SpeakOptions options, CancellationToken cancellationToken) =>
        RunAsync(options.Voice, voice => Speak(voice, text, options, cancellationToken), cancellationToken);

    /// <summary>Speaks a text sentence by sentence.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How to speak it; its destination has no meaning here.</param>
    /// <param name="spoken">Told of the voice and the samples of each sentence as soon as it is spoken, one after the other.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The voice.</returns>
    /// <exception cref="SpeechUnavailableException">The voice does not work, or the worker stops.</exception>
    public Task<VoiceInfo> SpeakAsync(
        string text, SpeakOptions options, Action<VoiceInfo, ReadOnlyMemory<short>> spoken, CancellationToken cancellationToken) => RunAsync(
        options.Voice,
        voice =>
        {
            foreach (SpeechSegment sentence in voice.SynthesizeSentences(text, Options(options), cancellationToken))
            {
                spoken(voice.Info, sentence.Samples);
            }

            return voice.Info;
        },
        cancellationToken);

    /// <summary>Finishes what is being spoken; what still waits for its turn stays unspoken.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Stops, waits for what is being spoken, and frees the voices.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        for (int i = 0; i < _concurrency; i++)
        {
            await _places.WaitAsync();
        }

        foreach (Lazy<PiperVoice> voice in _voices.Values)
        {
            voice.Value.Dispose();
        }

        _places.Dispose();
        _stop.Dispose();
    }

    /// <summary>Writes speech to where the request says, or adds it to what is kept. What is there from an earlier delivery of the request is the answer then.</summary>
    private async Task<SpeechAudio> KeepAsync(
        string requestId, string text, SpeakOptions options, byte[] wav, SpeechAudio spoken, CancellationToken cancellationToken)
    {
        if (options.Destination is { } destination)
        {
            await _stores.WriteAsync(destination, wav, cancellationToken);
            return spoken with { Uri = destination };
        }

        (string uri, ReadOnlyMemory<byte> start) = await _stores.AddAsync(AudioName.Of(requestId, text, spoken.Voice, options.Speed), wav, cancellationToken);
        WavHeader.TryRead(start.Span, out int sampleRate, out TimeSpan duration);
        return new SpeechAudio(uri, spoken.Voice, sampleRate, duration.TotalSeconds);
    }

    /// <summary>Waits for a place among those who speak.</summary>
    /// <returns>False where the worker stops before there is one.</returns>
    private async Task<bool> EnterAsync(CancellationToken cancellationToken)
    {
        try
        {
            using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            await _places.WaitAsync(waiting.Token);
            return true;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<T> RunAsync<T>(string? voice, Func<PiperVoice, T> speak, CancellationToken cancellationToken)
    {
        using Activity? span = WorkerTracing.Source.StartActivity("speak");
        long start = _time.GetTimestamp();
        if (!await EnterAsync(cancellationToken))
        {
            throw new SpeechUnavailableException(Stopped, "Try again in a while.");
        }

        try
        {
            return await OnThreadOfItsOwn(
                () =>
                {
                    PiperVoice loaded = Load(voice);
                    T result = speak(loaded);
                    WorkerMetrics.RecordSpeech(_time.GetElapsedTime(start), loaded.Info.Name);
                    return result;
                },
                cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            WorkerMetrics.RecordSpeechFailure(_time.GetElapsedTime(start), e);
            throw;
        }
        finally
        {
            _places.Release();
        }
    }

    private static Task<T> OnThreadOfItsOwn<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static (byte[] Wav, SpeechAudio Audio) Speak(PiperVoice voice, string text, SpeakOptions options, CancellationToken cancellationToken)
    {
        using MemoryStream wav = new();
        SpeechResult result = voice.Synthesize(text, wav, Options(options), cancellationToken);
        return (wav.ToArray(), new SpeechAudio(string.Empty, voice.Info.Name, result.SampleRate, result.Duration.TotalSeconds));
    }

    private static SpeechOptions? Options(SpeakOptions options) => options.Speed == 1 ? null : new SpeechOptions { LengthScale = (float)(1 / options.Speed) };

    private PiperVoice Load(string? voice)
    {
        string name = voice ?? DefaultOf(_catalog.List());
        Lazy<PiperVoice> lazy = _voices.GetOrAdd(
            name, _ => new Lazy<PiperVoice>(() => _catalog.Load(name, SessionFactory.Create(_device, Math.Min(ThreadsPerVoice, Environment.ProcessorCount)), _logger)));
        try
        {
            return lazy.Value;
        }
        catch
        {
            // A lazy value keeps its exception, and a voice that is repaired would stay broken.
            _voices.TryRemove(new(name, lazy));
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The caption of request {RequestId} was not spoken")]
        public static partial void Unspoken(ILogger logger, Exception exception, string requestId);
    }
}
