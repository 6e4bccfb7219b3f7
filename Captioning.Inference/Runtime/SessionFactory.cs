using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace Captioning.Inference.Runtime;

/// <summary>Creates ONNX Runtime sessions on one device, which is settled once, when the factory is made.</summary>
public sealed partial class SessionFactory
{
    private const string CudaProvider = "CUDAExecutionProvider";

    /// <summary>
    /// What the native library would print of a failure to standard error, past every logger, its exceptions say too.
    /// A host that has made its own environment keeps it.
    /// </summary>
    static SessionFactory()
    {
        if (!OrtEnv.IsCreated)
        {
            EnvironmentCreationOptions options = new() { logId = "captioning", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            OrtEnv.CreateInstanceWithOptions(ref options);
        }
    }

    private SessionFactory(Device device, int threads)
    {
        Device = device;
        Threads = threads;
    }

    /// <summary>The device that sessions run on: never <see cref="DeviceKind.Auto"/>.</summary>
    public Device Device { get; }

    /// <summary>Threads inside one operator (intra-op); 0 lets ONNX Runtime take one per physical core.</summary>
    public int Threads { get; }

    /// <summary>The version of the native ONNX Runtime in use.</summary>
    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

    /// <summary>True where the native ONNX Runtime of this build has the CUDA execution provider.</summary>
    public static bool HasCuda => OrtEnv.Instance().GetAvailableProviders().Contains(CudaProvider);

    /// <summary>Settles the device: <c>auto</c> takes CUDA where it loads, else the CPU with one warning.</summary>
    /// <param name="device">The device asked for.</param>
    /// <param name="threads">Threads inside one operator; 0 for ONNX Runtime's own choice.</param>
    /// <param name="logger">Where the fall-back is reported.</param>
    /// <exception cref="DeviceUnavailableException">CUDA was asked for by name and does not load.</exception>
    public static SessionFactory Create(Device device, int threads = 0, ILogger? logger = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (device.Kind == DeviceKind.Cpu)
        {
            return new SessionFactory(Device.Cpu, threads);
        }

        Device cuda = new(DeviceKind.Cuda, device.Index);
        DeviceUnavailableException? problem = ProbeCuda(cuda);
        if (problem is null)
        {
            return new SessionFactory(cuda, threads);
        }

        if (device.Kind == DeviceKind.Cuda)
        {
            throw problem;
        }

        // A build without CUDA falls back as a matter of course; only a build that has it owes an explanation.
        if (HasCuda)
        {
            Log.FallingBackToCpu(logger ?? NullLogger.Instance, problem.Message);
        }

        return new SessionFactory(Device.Cpu, threads);
    }

    /// <summary>Loads an ONNX graph.</summary>
    /// <param name="model">The graph's bytes.</param>
    /// <param name="configure">Changes the session's options beyond device and threads.</param>
    /// <exception cref="OnnxRuntimeException">The bytes are no graph that the runtime can run.</exception>
    public InferenceSession Open(byte[] model, Action<SessionOptions>? configure = null)
    {
        using SessionOptions options = CreateOptions(Device);
        options.IntraOpNumThreads = Threads;

        // Waiting threads would spin on cores that image decoding could use.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        configure?.Invoke(options);
        return new InferenceSession(model, options);
    }

    private static SessionOptions CreateOptions(Device device)
    {
        // Warnings of the native library (unused initializers and the like) say nothing to a user.
        SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            if (device.Kind == DeviceKind.Cuda)
            {
                options.AppendExecutionProvider_CUDA(device.Index);
            }
        }
        catch
        {
            options.Dispose();
            throw;
        }

        return options;
    }

    private static DeviceUnavailableException? ProbeCuda(Device cuda)
    {
        if (!HasCuda)
        {
            return new DeviceUnavailableException(
                cuda, "this build carries the CPU runtime only. Build with -p:OnnxRuntime=Gpu, or use 'cpu'.");
        }

        try
        {
            using SessionOptions options = CreateOptions(cuda);
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            return new DeviceUnavailableException(
                cuda, $"CUDA does not load. Install the NVIDIA driver, CUDA and cuDNN that ONNX Runtime {RuntimeVersion} wants, or use 'cpu'. ({FirstLine(e.Message)})", e);
        }
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Inference runs on the CPU. {Reason}")]
        public static partial void FallingBackToCpu(ILogger logger, string reason);
    }
}
