using System.Text;
using Captioning.Worker.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await new CaptioningCli(Terminal.FromProcess(), TimeProvider.System).RunAsync(args);
