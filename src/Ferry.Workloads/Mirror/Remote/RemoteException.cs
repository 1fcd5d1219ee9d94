namespace Ferry.Workloads.Mirror.Remote;

/// <summary>Nothing more can be done with another machine, or with rsync. The message says where, what, and what to do.</summary>
public sealed class RemoteException(string message) : IOException(message);
