using BenchmarkDotNet.Running;
using Ferry.Benchmarks;

if (args is ["hash", .. var rest])
    return HashFile.Run(rest);
BenchmarkSwitcher.FromAssembly(typeof(HashFile).Assembly).Run(args);
return 0;
